import type { RecordedEvent } from '../recording/event.ts';
import type { Fault } from '../server/faults.ts';
import type { Scene } from './stage.ts';

/** One step of a generated scenario. Texts repeat on purpose: equal events must not swallow one another. */
export type Step =
  | { readonly do: 'say'; readonly trace: string; readonly text: string; readonly wait: boolean }
  | { readonly do: 'request'; readonly trace: string; readonly text: string; readonly wait: boolean }
  /** Goes wrong at the next request that carries events. */
  | { readonly do: 'fault'; readonly fault: Fault };

export type Scenario = readonly Step[];

/** What was stored of a trace, in the order of arrival: `say yes`, `request search`. */
export type Stored = Readonly<Record<string, readonly string[]>>;

/** What has to be stored: every call once. `ordered` where every call of the trace was waited for. */
export interface Wanted {
  readonly calls: Stored;
  readonly ordered: Readonly<Record<string, boolean>>;
}

/** The model: what a correct SDK makes of a scenario. Pure. */
export function wanted(scenario: Scenario): Wanted {
  const calls: Record<string, string[]> = {};
  const ordered: Record<string, boolean> = {};
  for (const step of scenario) {
    if (step.do === 'fault') continue;
    (calls[step.trace] ??= []).push(`${step.do} ${step.text}`);
    ordered[step.trace] = (ordered[step.trace] ?? true) && step.wait;
  }
  return { calls, ordered };
}

/** @returns how what was stored differs from what was wanted, in words; `null` when it does not. Pure. */
export function difference({ calls, ordered }: Wanted, stored: Stored): string | null {
  for (const trace of Object.keys({ ...calls, ...stored })) {
    const want = calls[trace] ?? [];
    const have = stored[trace] ?? [];
    const told = `Trace ${trace}: made were [${want.join(', ')}], stored were [${have.join(', ')}]`;
    const surplus = without(have, want);
    const missing = without(want, have);
    if (missing.length > 0) return `${told}: lost ${missing.join(', ')}.`;
    if (surplus.length > 0) return `${told}: doubled ${surplus.join(', ')}.`;
    if (ordered[trace] && want.some((call, index) => call !== have[index]))
      return `${told}: the order changed.`;
  }
  return null;
}

/** The members of `list` that are not matched, one to one, by a member of `taken`. */
function without(list: readonly string[], taken: readonly string[]): string[] {
  const left = [...taken];
  return list.filter((item) => {
    const index = left.indexOf(item);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

/** Plays a scenario. @returns what was stored of it. */
export async function play(scenario: Scenario, scene: Scene): Promise<Stored> {
  await scene.initAgent();
  const calls: Promise<unknown>[] = [];
  for (const step of scenario) {
    if (step.do === 'fault') {
      scene.whyops.faults.next('ingest', step.fault);
      continue;
    }
    const call =
      step.do === 'say'
        ? scene.say(step.text, step.trace)
        : scene.call('toolCallRequest', toolCall(step.text), {}, { traceId: step.trace });
    calls.push(call);
    if (step.wait) await call;
  }
  await Promise.all(calls);
  const { events } = await scene.seen(({ events }) => {
    const count = (status: string) => events.filter(({ outcome }) => outcome.status === status).length;
    if (count('stored') >= calls.length) return true;
    // Every call is sent once, and once more for each attempt that went wrong: what is missing by then does not come.
    const wentWrong = scene.whyops.faults.played.filter(({ fault }) => fault.kind !== 'delay').length;
    return count('queued') === 0 && events.length >= calls.length + wentWrong;
  });
  return storedOf(events);
}

function toolCall(tool: string) {
  return { tool, toolCalls: [{ name: tool, arguments: {} }] };
}

function storedOf(events: readonly RecordedEvent[]): Stored {
  const stored: Record<string, string[]> = {};
  for (const event of events)
    if (event.outcome.status === 'stored') (stored[event.traceId] ??= []).push(named(event));
  return stored;
}

function named({ eventType, content, metadata }: RecordedEvent): string {
  if (eventType === 'tool_call_request') return `request ${String(metadata?.['tool'])}`;
  const said = content as { messages?: { content?: unknown }[] } | { content?: unknown }[] | null;
  const messages = Array.isArray(said) ? said : said?.messages;
  return eventType === 'user_message' ? `say ${String(messages?.[0]?.content)}` : eventType;
}
