import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, enclosingFunction, isFunction, type CodeUnit } from '../ast/functions.ts';
import type { Client, Sdk, Trace } from '../sdk/index.ts';
import { identityOf, keyOf, type Identity } from './identity.ts';
import { traceUse } from './trace-use.ts';

type Node = TSESTree.Node;

/** A trace that a function has to do with. */
export interface KnownTrace {
  trace: Trace;
  id: Identity | null;
  /** Whether an event is sent to it there. */
  hasEvents: boolean;
}

/** Says which traces the code around a node makes or sends events to. */
export class TracesAround {
  readonly #direct = new Map<CodeUnit, Map<string, KnownTrace>>();
  readonly #nested = new Map<CodeUnit, Map<string, KnownTrace>>();
  readonly #found = new Map<CodeUnit, Map<Node, KnownTrace[]>>();
  readonly all = new Map<string, KnownTrace>();

  constructor(sdk: Sdk) {
    for (const event of sdk.events) {
      const { trace, id } = traceUse(sdk, event);
      this.#add(codeUnitOf(event.node), { trace, id, hasEvents: true });
    }
    for (const trace of sdk.traces)
      this.#add(codeUnitOf(trace.origin), {
        trace,
        id: trace.id && identityOf(sdk, trace.id),
        hasEvents: false,
      });
  }

  #last: { unit: CodeUnit; known: KnownTrace } | null = null;

  #add(unit: CodeUnit, known: KnownTrace): void {
    // Events in a row mostly go to one trace.
    const last = this.#last;
    if (
      last?.unit === unit &&
      last.known.trace === known.trace &&
      last.known.id === known.id &&
      known.hasEvents
    )
      return;
    this.#last = { unit, known };
    const key = known.id ? keyOf(known.id) : `?${known.trace.origin.range[0]}`;
    put(this.all, key, known);
    put(entry(this.#direct, unit), key, known);
    for (let outer = enclosingFunction(unit); outer; outer = enclosingFunction(outer))
      put(entry(this.#nested, outer), key, known);
  }

  /** The traces of the function around `node`, of the functions in it and of the functions around it. */
  of(node: Node, client: Client): KnownTrace[] {
    const unit = codeUnitOf(node);
    let ofUnit = this.#found.get(unit);
    if (!ofUnit) this.#found.set(unit, (ofUnit = new Map()));
    let known = ofUnit.get(client.origin);
    if (!known) ofUnit.set(client.origin, (known = this.#ofUnit(unit, client)));
    return known;
  }

  #ofUnit(unit: CodeUnit, client: Client): KnownTrace[] {
    const found = new Map<string, KnownTrace>();
    const take = (known: ReadonlyMap<string, KnownTrace> | undefined) =>
      known?.forEach((each, key) => put(found, key, each));
    take(this.#direct.get(unit));
    if (isFunction(unit)) take(this.#nested.get(unit));
    for (let outer = enclosingFunction(unit); outer; outer = enclosingFunction(outer))
      take(this.#direct.get(outer));
    return [...found.values()].filter(({ trace }) => isOf(trace, client));
  }

  /** All traces of the file. */
  ofFile(client: Client): KnownTrace[] {
    return [...this.all.values()].filter(({ trace }) => isOf(trace, client));
  }
}

function isOf(trace: Trace, client: Client): boolean {
  return !trace.client || trace.client.origin === client.origin;
}

function entry(map: Map<CodeUnit, Map<string, KnownTrace>>, unit: CodeUnit): Map<string, KnownTrace> {
  let traces = map.get(unit);
  if (!traces) map.set(unit, (traces = new Map()));
  return traces;
}

function put(map: Map<string, KnownTrace>, key: string, known: KnownTrace): void {
  const before = map.get(key);
  if (!before || (known.hasEvents && !before.hasEvents)) map.set(key, known);
}
