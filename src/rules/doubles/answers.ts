import type { RecordedEvent } from '../../recording/event.ts';
import { type ModelTurn, turnKey } from '../../recording/model-turn.ts';
import type { Trace } from '../../recording/trace.ts';
import { turnOf } from '../../recording/turns.ts';
import type { Tell } from './tell.ts';
import { grouped } from './waiting.ts';

/** A turn of a trace: what lies between two prompts, user messages or tool results. */
class Reported {
  readonly turn: ModelTurn;
  readonly number: number;
  #said: string | null | undefined;

  constructor(turn: ModelTurn, number: number) {
    this.turn = turn;
    this.number = number;
  }

  /** Model and answer, equal for equal answers; `null` when there is none. */
  get said(): string | null {
    if (this.#said === undefined) {
      const key = turnKey(this.turn);
      this.#said = key === null ? null : JSON.stringify([this.turn.model, key]);
    }
    return this.#said;
  }
}

/** @returns the manual events that repeat a proxied one. */
export function checkAnswers(
  trace: Trace,
  events: readonly RecordedEvent[],
  tell: Tell,
): ReadonlySet<RecordedEvent> {
  if (!mayRepeat(events)) return NONE;
  const proxied: Reported[] = [];
  const manual: Reported[] = [];
  const turnOfCall = new Map<string | null, number>();
  let number = 0;
  for (const event of events) {
    if (separates(event)) {
      number += 1;
      if (event.representation === 'proxied') turnOfCall.set(event.exchangeId, number);
    }
    if (event.eventType !== 'llm_response') continue;
    const isProxied = event.representation === 'proxied';
    const own = isProxied ? turnOfCall.get(event.exchangeId) : undefined;
    (isProxied ? proxied : manual).push(new Reported(turnOf(trace, event), own ?? number));
  }
  const doubled = new Set<RecordedEvent>();
  const taken = new Set<Reported>();
  const match = (
    place: (reported: Reported) => string | null,
    found: (p: Reported, m: Reported) => string,
  ) => {
    if (taken.size === proxied.length) return;
    const waiting = grouped(
      proxied.filter((reported) => !taken.has(reported)),
      place,
    );
    for (const reported of manual) {
      if (doubled.has(reported.turn.event) || reported.turn.event.representation !== 'manual') continue;
      const twin = waiting.get(place(reported) ?? '')?.shift();
      if (!twin) continue;
      taken.add(twin);
      doubled.add(reported.turn.event);
      tell(found(twin, reported), twin.turn.event, reported.turn.event);
    }
  };
  const said = (reported: Reported) => reported.said;
  const inTurn = ({ turn, number: at }: Reported) =>
    turn.model === '' ? null : JSON.stringify([at, turn.model]);
  match(
    (reported) => said(reported) && `${reported.number} ${said(reported)}`,
    () => 'proxied-and-manual',
  );
  match(said, () => 'proxied-and-manual');
  match(inTurn, (p, m) => (sameUsage(p, m) ? 'proxied-and-manual-same-usage' : 'proxied-and-manual-likely'));

  const firstSaid = new Map<string, Reported>();
  const firstCost = new Map<string, Reported>();
  for (const [index, reported] of manual.entries()) {
    // Only what shares a turn with another report can repeat it; the turns count up.
    const { number: at } = reported;
    if (manual[index - 1]?.number !== at && manual[index + 1]?.number !== at) continue;
    if (doubled.has(reported.turn.event)) continue;
    const words = said(reported) && `${reported.number} ${said(reported)}`;
    const cost = usageKey(reported) && `${inTurn(reported)} ${usageKey(reported)}`;
    const same = words ? firstSaid.get(words) : undefined;
    const alike = cost ? firstCost.get(cost) : undefined;
    if (same) tell('reported-twice', same.turn.event, reported.turn.event);
    else if (alike) tell('reported-twice-likely', alike.turn.event, reported.turn.event);
    if (words && !same) firstSaid.set(words, reported);
    if (cost && !alike) firstCost.set(cost, reported);
  }
  return doubled;
}

const NONE: ReadonlySet<RecordedEvent> = new Set();

/** Whether an answer can be another one's copy at all: the proxy sent some of them, or two share a turn. */
function mayRepeat(events: readonly RecordedEvent[]): boolean {
  let answered = false;
  for (const event of events) {
    if (event.eventType === 'llm_response') {
      if (answered || event.representation === 'proxied') return true;
      answered = true;
    } else if (separates(event)) answered = false;
  }
  return false;
}

/** What ends a turn: the next prompt, user message or tool result. */
function separates({ eventType, representation }: RecordedEvent): boolean {
  if (eventType === 'user_message' || eventType === 'tool_result' || eventType === 'tool_call_response')
    return true;
  return representation === 'proxied' && eventType === 'embedding_request';
}

function sameUsage(a: Reported, b: Reported): boolean {
  const key = usageKey(a);
  return key !== null && key === usageKey(b);
}

function usageKey({ turn: { usage } }: Reported): string | null {
  if (!usage?.['promptTokens'] || !usage['completionTokens']) return null;
  return JSON.stringify([usage['promptTokens'], usage['completionTokens']]);
}
