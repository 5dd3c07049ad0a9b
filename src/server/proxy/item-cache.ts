import { objectsIn, present } from '../../protocol/json.ts';

type Item = Record<string, unknown>;

/** The output items of earlier replies, by trace: what a later request may refer to instead of repeating it. */
export class ItemCache {
  readonly #traces = new Map<string, Map<string, Item>>();

  recall(traceId: string, id: string): Item | undefined {
    return this.#traces.get(traceId)?.get(id);
  }

  /** @param output The items as the client got them: with the trace id in their arguments. */
  keep(traceId: string, output: unknown): void {
    for (const item of objectsIn(output)) {
      const kept = asInput(item);
      if (!kept || typeof item['id'] !== 'string') continue;
      let trace = this.#traces.get(traceId);
      if (!trace) this.#traces.set(traceId, (trace = new Map()));
      trace.set(item['id'], kept);
    }
  }

  reset(): void {
    this.#traces.clear();
  }
}

function asInput(item: Item): Item | undefined {
  if (item['type'] === 'function_call') {
    return present({
      type: 'function_call',
      name: item['name'],
      call_id: item['call_id'],
      arguments: item['arguments'],
    });
  }
  if (item['type'] === 'message') {
    return present({ type: 'message', role: item['role'], content: item['content'] });
  }
  return undefined;
}
