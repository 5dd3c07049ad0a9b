import { isPlainObject } from '../recording/canonical.ts';
import type { RecordedEvent } from '../recording/event.ts';
import type { Exchange } from '../recording/exchange.ts';
import { readToolCalls } from '../recording/model-turn.ts';
import { perTrace } from '../recording/per-trace.ts';
import { sendings } from '../recording/sendings.ts';
import { toolOf } from '../recording/spans.ts';
import { turnOf } from '../recording/turns.ts';
import type { Trace } from '../recording/trace.ts';
import { type Seen, seenEvent } from './seen.ts';

/** One end of a tool loop whose other end is not in its trace. */
export interface LoopEnd {
  /** `asked`: a model asked for the call. `answered`: the call's result came back, to a model or as a tool event. */
  readonly side: 'asked' | 'answered';
  readonly callId: string;
  readonly traceId: string;
  readonly agentName: string | null;
  readonly tool: string;
  /**
   * `asked`: a tool event of the same trace ran the call, and no model got its result there. `answered`: a tool event ran
   * it; otherwise a model got its result.
   */
  readonly ran: boolean;
  /** How the proxy found the trace; null where the trace id came with the event. */
  readonly source: Exchange['traceIdSource'];
  readonly seen: Seen;
}

/** A tool loop that began in one trace and went on in another. */
export interface BrokenLoop {
  readonly asked: LoopEnd;
  readonly answered: LoopEnd;
}

/** The tool-call ids of a trace whose results no model of it got, or that were answered and not asked for. */
export const openLoops: (trace: Trace) => readonly LoopEnd[] = perTrace((trace) => {
  const asked = new Map<string, { readonly event: RecordedEvent; readonly tool: string; ran: boolean }>();
  const known = new Set<string>();
  const answered: { readonly event: RecordedEvent; readonly id: string; readonly ran: boolean }[] = [];
  for (const event of sendings(trace).events) {
    if (event.eventType === 'llm_response') {
      for (const { id, name } of turnOf(trace, event).toolCalls) {
        if (id === null) continue;
        known.add(id);
        // Where an id is asked for again, the call keeps its place.
        asked.set(id, { event, tool: name, ran: false });
      }
    } else {
      const ran = event.eventType !== 'tool_result';
      for (const id of answeredIds(event)) {
        const open = asked.get(id);
        if (open && ran) open.ran = true;
        else asked.delete(id);
        answered.push({ event, id, ran });
      }
    }
  }
  const ends: LoopEnd[] = [];
  for (const [id, { event, tool, ran }] of asked) ends.push(loopEnd(trace, 'asked', id, tool, ran, event));
  const unknown = new Set<string>();
  for (const { event, id, ran } of answered) {
    if (known.has(id) || unknown.has(id)) continue;
    unknown.add(id);
    ends.push(loopEnd(trace, 'answered', id, toolOf(event), ran, event));
  }
  return ends;
});

/**
 * Joins the open ends of all traces; each call that was asked for is continued once. Another agent has to go on in
 * another trace: a history that was handed over to it is no broken loop.
 */
export function brokenLoops(ends: readonly LoopEnd[]): BrokenLoop[] {
  const asked = new Map<string, LoopEnd[]>();
  const place = ({ callId }: LoopEnd, agentName: string | null) => JSON.stringify([callId, agentName]);
  for (const end of ends) {
    if (end.side !== 'asked') continue;
    const others = asked.get(place(end, end.agentName));
    if (others) others.push(end);
    else asked.set(place(end, end.agentName), [end]);
  }
  return ends
    .filter((end) => end.side === 'answered')
    .flatMap((end) => {
      const origin = asked.get(place(end, end.agentName))?.find((candidate) => {
        // A call that its own trace ran may be run again elsewhere; its result belongs to the model that asked for it.
        return candidate.traceId !== end.traceId && !(candidate.ran && end.ran);
      });
      return origin ? [{ asked: origin, answered: end }] : [];
    });
}

/** The calls whose results an event brings: ids in tool events, or the tool results that end a conversation. */
export function answeredIds({ eventType, content }: RecordedEvent): string[] {
  if (eventType === 'tool_call_request' || eventType === 'tool_call_response') {
    const ids: string[] = [];
    if (isPlainObject(content))
      for (const { id } of readToolCalls(content['toolCalls'])) if (id !== null) ids.push(id);
    return ids;
  }
  if (eventType !== 'tool_result') return [];
  if (!Array.isArray(content)) return resultIds(content);
  const messages: readonly unknown[] = content;
  const lastOther = messages.findLastIndex((message) => resultIds(message).length === 0);
  return messages.slice(lastOther + 1).flatMap(resultIds);
}

function resultIds(message: unknown): string[] {
  if (!isPlainObject(message)) return [];
  const id = message['tool_call_id'] ?? message['toolCallId'] ?? message['tool_use_id'];
  if (typeof id === 'string') return [id];
  if (message['type'] === 'function_call_output' && typeof message['call_id'] === 'string')
    return [message['call_id']];
  return Array.isArray(message['content']) ? message['content'].flatMap(resultIds) : [];
}

function loopEnd(
  trace: Trace,
  side: LoopEnd['side'],
  callId: string,
  tool: string,
  ran: boolean,
  event: RecordedEvent,
): LoopEnd {
  return {
    side,
    callId,
    traceId: event.traceId,
    agentName: event.agentName,
    tool,
    ran,
    source: event.representation === 'proxied' ? (trace.carrier(event)?.traceIdSource ?? null) : null,
    seen: seenEvent(event, { call: callId }),
  };
}
