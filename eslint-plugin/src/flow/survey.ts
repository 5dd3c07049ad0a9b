import type { TSESTree } from '@typescript-eslint/utils';
import { argument, type Variable } from '../sdk/index.ts';
import type { CodeUnit } from '../ast/functions.ts';
import type { SpanFile } from './file.ts';
import type { TrackedVariable } from './model.ts';
import { trackVariables } from './variables.ts';

type Node = TSESTree.Node;

/** What in a unit concerns spans: the variables that can hold one, and where in the text they and the calls stand. */
export class Survey {
  readonly tracked: ReadonlyMap<Variable, TrackedVariable>;
  readonly #positions: number[] = [];
  readonly #exits: readonly Node[];

  /** `calls` are those in the unit that open or close spans, in any order. */
  constructor(file: SpanFile, unit: CodeUnit, calls: readonly TSESTree.CallExpression[]) {
    const requests: Node[] = [];
    const spanArguments: Node[] = [];
    for (const call of calls) {
      this.#positions.push(call.range[0]);
      const summary = file.summaryOf(call);
      const request = file.requests.get(call);
      if (request || summary?.opens) requests.push(call);
      if (request) {
        const id = file.chosenId(request);
        if (id.kind === 'written') spanArguments.push(id.node);
      }
      const positions = file.responses.has(call) ? [1] : [...(summary?.closes.keys() ?? [])];
      for (const position of positions) {
        const given = argument(call, position);
        if (given) spanArguments.push(given);
      }
    }
    this.tracked = trackVariables(file.sdk, unit, requests, spanArguments, (variable) =>
      file.isSharedId(variable),
    );
    for (const variable of this.tracked.keys()) {
      for (const { range } of variable.identifiers) this.#positions.push(range[0]);
      for (const { identifier } of variable.references) this.#positions.push(identifier.range[0]);
    }
    this.#positions.sort((a, b) => a - b);
    this.#exits = file.sdk.inventory.exits;
  }

  /** Whether nothing in a piece of code concerns spans: whatever it does, the state behind it is the one before it. */
  isPlain({ range }: Node): boolean {
    const positions = this.#positions;
    let low = 0;
    for (let high = positions.length; low < high;) {
      const middle = (low + high) >> 1;
      if (positions[middle]! < range[0]) low = middle + 1;
      else high = middle;
    }
    return low === positions.length || positions[low]! >= range[1];
  }

  /** Whether control may leave a piece of code otherwise than at its end or by an exception. */
  hasExits({ range }: Node): boolean {
    const exits = this.#exits;
    let low = 0;
    for (let high = exits.length; low < high;) {
      const middle = (low + high) >> 1;
      if (exits[middle]!.range[0] < range[0]) low = middle + 1;
      else high = middle;
    }
    return low < exits.length && exits[low]!.range[0] < range[1];
  }
}
