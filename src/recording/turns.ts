import type { RecordedEvent } from './event.ts';
import { type ModelTurn, modelTurn } from './model-turn.ts';
import { perTrace } from './per-trace.ts';
import type { Trace } from './trace.ts';

const turnsOf = perTrace<Map<RecordedEvent, ModelTurn>>(() => new Map());

/** What an `llm_response` of a trace says, read once however many rules ask. */
export function turnOf(trace: Trace, event: RecordedEvent): ModelTurn {
  const turns = turnsOf(trace);
  let turn = turns.get(event);
  if (!turn) turns.set(event, (turn = modelTurn(event)));
  return turn;
}
