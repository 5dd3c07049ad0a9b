import type { TSESTree } from '@typescript-eslint/utils';
import {
  closed,
  escaped,
  hasBit,
  isOlder,
  isPromise,
  isSpan,
  none,
  open,
  otherValue,
  spanValue,
  unknownValue,
} from './layout.ts';
import { apply, sitesOf, valuesOf } from './machine.ts';
import type { FlowEvent, Graph, ResponseEvent, Site, WriteEvent } from './model.ts';
import type { Solution } from './solve.ts';
import type { Variable } from '../sdk/bindings.ts';

/** What holds on every path to a place (or, for the last one, on some), as data. */
export type Verdict =
  | { messageId: 'spanNotFromRequest'; response: ResponseEvent; candidate: Candidate | null }
  | { messageId: 'spanIsPromise'; response: ResponseEvent; sites: Site[] }
  | { messageId: 'toolNameMismatch'; response: ResponseEvent; sites: Site[] }
  | { messageId: 'alreadyClosed'; response: ResponseEvent; sites: Site[] }
  | { messageId: 'overwritten'; write: WriteEvent; sites: Site[] }
  | { messageId: 'neverClosed'; site: Site }
  | { messageId: 'missingOnPath'; site: Site };

/** The one open span that fits, and the variable that certainly holds it: what was most likely meant. */
export interface Candidate {
  site: Site;
  variable: Variable;
}

/** Which of the verdicts that a user can switch off are asked for. */
export interface Wanted {
  neverClosed: boolean;
  missingOnPath: boolean;
}

/** Judges a solved unit. */
export function verdictsOf(graph: Graph, solution: Solution, wanted: Wanted): Verdict[] {
  const { layout, blocks, before } = solution;
  // A `finally` stands in several blocks: what is said of it must hold in each that can be reached.
  const byNode = new Map<TSESTree.Node, Verdict | null>();
  const note = (node: TSESTree.Node, verdict: Verdict | null): void => {
    const known = byNode.get(node);
    if (known === undefined) byNode.set(node, verdict);
    else if (known?.messageId !== verdict?.messageId) byNode.set(node, null);
  };
  /** Sites one of whose spans somewhere gets a response, or goes where it may get one: in a loop, perhaps not the last. */
  const answerable = new Set<number>();
  const state = new Int32Array(layout.words);
  for (const block of blocks) {
    const atStart = before[block.order];
    if (!atStart) continue;
    state.set(atStart);
    for (const event of block.events) {
      for (const site of handedSites(event, state)) answerable.add(site);
      if (event.kind === 'response') note(event.argument, judgeResponse(event, state));
      else if (event.kind === 'write') note(event.node, judgeWrite(event, state));
      apply(layout, state, event);
    }
  }
  const verdicts = [...byNode.values()].filter((verdict) => verdict !== null);
  // One mistake, one finding: that these spans stay open follows from what is already said.
  const told = new Set(
    verdicts.flatMap((verdict) => {
      if (verdict.messageId === 'overwritten') return verdict.sites;
      return verdict.messageId === 'spanNotFromRequest' && verdict.candidate ? [verdict.candidate.site] : [];
    }),
  );
  return [...verdicts, ...judgeEnds(told)];

  function handedSites(event: FlowEvent, state: Int32Array): Iterable<number> {
    if (event.kind === 'request' || event.kind === 'throw-point') return [];
    if (event.kind === 'write' && !layout.isCaptured(event.variable)) return [];
    return sitesOf(valuesOf(layout, state, event.sources));
  }

  function judgeResponse(response: ResponseEvent, state: Int32Array): Verdict | null {
    const values = valuesOf(layout, state, response.sources);
    if (values.length === 0 || values.includes(unknownValue) || values.some(isOlder)) return null;
    if (values.every((value) => value === otherValue)) {
      return { messageId: 'spanNotFromRequest', response, candidate: onlyOpenSpan(response, state) };
    }
    if (values.includes(otherValue)) return null;
    const sites = [...sitesOf(values)].map((index) => graph.sites[index]!);
    if (response.through === 'sdk' && values.every(isPromise))
      return { messageId: 'spanIsPromise', response, sites };
    if (response.tool !== null && sites.every(({ tool }) => tool !== null && tool !== response.tool)) {
      return { messageId: 'toolNameMismatch', response, sites };
    }
    const isClosed = sites.every(({ index }) => (layout.obligation(state, index) & ~none) === closed);
    return isClosed ? { messageId: 'alreadyClosed', response, sites } : null;
  }

  function judgeWrite(write: WriteEvent, state: Int32Array): Verdict | null {
    if (write.declares) return null;
    const values = valuesOf(layout, state, [{ kind: 'variable', variable: write.variable, awaited: false }]);
    if (values.length === 0 || !values.every((value) => isSpan(value) || isPromise(value))) return null;
    const kept = sitesOf(valuesOf(layout, state, write.sources));
    const sites = [...sitesOf(values)].map((index) => graph.sites[index]!);
    const isLost = sites.every(
      ({ index }) =>
        !kept.has(index) &&
        (layout.obligation(state, index) & ~none) === open &&
        layout
          .holders(index)
          .every(({ variable, bit }) => variable === write.variable || !hasBit(state, bit)),
    );
    return isLost ? { messageId: 'overwritten', write, sites } : null;
  }

  function onlyOpenSpan({ tool }: ResponseEvent, state: Int32Array): Candidate | null {
    const fitting = graph.sites.filter(
      (site) =>
        site.role === 'own' &&
        (layout.obligation(state, site.index) & open) !== 0 &&
        (site.tool === tool || site.tool === null || tool === null),
    );
    if (fitting.length !== 1) return null;
    const [site] = fitting as [Site];
    const holders = graph.variables.filter(({ variable }) => {
      const values = [...layout.pairs(variable)].filter(({ bit }) => hasBit(state, bit));
      return values.length === 1 && values[0]!.value === spanValue(site, true);
    });
    return holders.length === 1 ? { site, variable: holders[0]!.variable } : null;
  }

  function judgeEnds(toldSites: ReadonlySet<Site>): Verdict[] {
    const atReturn = before[graph.returned.order];
    if (!atReturn) return [];
    const atThrow = before[graph.thrown.order];
    return graph.sites.flatMap((site): Verdict[] => {
      if (site.role !== 'own' || toldSites.has(site)) return [];
      const returned = layout.obligation(atReturn, site.index);
      if (!(returned & open)) return [];
      if (!answerable.has(site.index)) return wanted.neverClosed ? [{ messageId: 'neverClosed', site }] : [];
      if (!wanted.missingOnPath) return [];
      const anywhere = returned | (atThrow ? layout.obligation(atThrow, site.index) : 0);
      return returned & closed && !(anywhere & escaped) ? [{ messageId: 'missingOnPath', site }] : [];
    });
  }
}
