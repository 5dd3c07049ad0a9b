import type { TSESTree } from '@typescript-eslint/utils';
import { contains, type FunctionNode } from '../ast/functions.ts';
import { buildGraph } from './build.ts';
import type { SpanFile } from './file.ts';
import { closed, isOlder, none, open, unknownValue, otherValue } from './layout.ts';
import { apply, sitesOf, valuesOf } from './machine.ts';
import { solve } from './solve.ts';
import type { Survey } from './survey.ts';

type Node = TSESTree.Node;

/** What a function of the file does with spans for whoever calls it. */
export interface Summary {
  /** It returns the promise of a span that it opened; the tool is written down, or is the parameter at a position. */
  opens: { tool: string | null; toolPosition: number | null } | null;
  /** The parameters whose span it closes whenever it returns, with the tool if that is written down. */
  closes: ReadonlyMap<number, { tool: string | null }>;
}

/** Looks into one function, but not into what it calls; null when it does nothing that its caller can rely on. */
export function summarise(
  file: SpanFile,
  definition: FunctionNode,
  survey: Survey,
  settled: ReadonlySet<Node>,
): Summary | null {
  if (definition.generator || !mayServe(file, definition, survey)) return null;
  const graph = buildGraph(file, definition, survey, 'summary', settled);
  const solution = solve(graph);
  if (!solution) return null;
  const { layout, blocks, before } = solution;

  const returnedSites = new Set<number>();
  let returnsSpans = true;
  const toolOf = new Map<number, string | null>();
  for (const block of blocks) {
    const state = before[block.order]?.slice();
    if (!state) continue;
    for (const event of block.events) {
      if (event.kind === 'return') {
        const values = valuesOf(layout, state, event.sources);
        if (values.includes(unknownValue) || values.includes(otherValue) || values.some(isOlder))
          returnsSpans = false;
        for (const site of sitesOf(values)) {
          returnedSites.add(site);
          const isOpen = (layout.obligation(state, site) & ~none) === open;
          if (!isOpen || graph.sites[site]!.role !== 'own') returnsSpans = false;
        }
      } else if (event.kind === 'response') {
        for (const site of sitesOf(valuesOf(layout, state, event.sources))) {
          toolOf.set(site, toolOf.has(site) && toolOf.get(site) !== event.tool ? null : event.tool);
        }
      }
      apply(layout, state, event);
    }
  }

  const closes = new Map<number, { tool: string | null }>();
  const atReturn = before[graph.returned.order];
  definition.params.forEach((param, position) => {
    const site = graph.sites.find(({ node, role }) => node === param && role === 'parameter');
    if (!site || !atReturn || layout.obligation(atReturn, site.index) !== closed) return;
    closes.set(position, { tool: toolOf.get(site.index) ?? null });
  });

  const opens =
    returnsSpans && returnedSites.size === 1
      ? opening(file, definition, graph.sites[[...returnedSites][0]!]!.node)
      : null;
  return opens || closes.size > 0 ? { opens, closes } : null;
}

/** Whether a function takes or returns anything that concerns spans: most do not. */
function mayServe(file: SpanFile, definition: FunctionNode, survey: Survey): boolean {
  if (definition.body.type !== 'BlockStatement') return true;
  for (const { defs } of survey.tracked.keys())
    if (defs.some(({ type }) => type === 'Parameter')) return true;
  return file.sdk.inventory.exits.some(
    (exit) =>
      exit.type === 'ReturnStatement' &&
      exit.argument &&
      contains(definition, exit) &&
      !survey.isPlain(exit.argument),
  );
}

function opening(
  file: SpanFile,
  definition: FunctionNode,
  request: unknown,
): NonNullable<Summary['opens']> | null {
  const event = file.requests.get(request as never);
  if (!event) return null;
  const [given] = event.node.arguments;
  const variable = given?.type === 'Identifier' ? file.parameter(given) : null;
  const position = definition.params.findIndex((param) => variable?.defs[0]?.name === param);
  return { tool: file.tool(event), toolPosition: position >= 0 ? position : null };
}
