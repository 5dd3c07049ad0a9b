import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, contains, enclosingFunction, isFunction, type CodeUnit } from '../ast/functions.ts';
import { excludeEachOther } from '../ast/together.ts';
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
  /** Where the trace is made, or where all its events of this file are sent. */
  places: Node[];
}

/** Whether one call of a function may both run `node` and send an event to a trace, or make it. */
export function mayMeet(node: Node, { places }: KnownTrace): boolean {
  const unit = codeUnitOf(node);
  return places.some((place) => {
    const other = codeUnitOf(place);
    return (contains(unit, other) || contains(other, unit)) && !excludeEachOther(node, place);
  });
}

/** Says which traces the code around a node makes or sends events to. */
export class TracesAround {
  readonly #direct = new Map<CodeUnit, Map<string, KnownTrace>>();
  readonly #nested = new Map<CodeUnit, Map<string, KnownTrace>>();
  readonly #found = new Map<CodeUnit, Map<Node, KnownTrace[]>>();
  readonly #places = new Map<string, Node[]>();
  readonly all = new Map<string, KnownTrace>();

  constructor(sdk: Sdk) {
    for (const event of sdk.events) {
      const { trace, id } = traceUse(sdk, event);
      this.#add(event.node, trace, id, true);
    }
    for (const trace of sdk.traces)
      this.#add(trace.origin, trace, trace.id && identityOf(sdk, trace.id), false);
  }

  #last: { unit: CodeUnit; known: KnownTrace } | null = null;

  #add(place: Node, trace: Trace, id: Identity | null, hasEvents: boolean): void {
    const unit = codeUnitOf(place);
    // Events in a row mostly go to one trace.
    const last = this.#last;
    if (hasEvents && last?.unit === unit && last.known.trace === trace && last.known.id === id) {
      last.known.places.push(place);
      return;
    }
    const key = id ? keyOf(id) : `?${trace.origin.range[0]}`;
    const kind = `${hasEvents} ${key}`;
    let places = this.#places.get(kind);
    if (!places) this.#places.set(kind, (places = []));
    places.push(place);
    const known = { trace, id, hasEvents, places };
    this.#last = { unit, known };
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
