import type { TSESTree } from '@typescript-eslint/utils';
import { isFunction, type CodeUnit } from '../ast/functions.ts';
import { argument } from '../sdk/index.ts';
import { Cursor } from './cursor.ts';
import { Expressions } from './expressions.ts';
import type { SpanFile } from './file.ts';
import type { Graph } from './model.ts';
import { Statements } from './statements.ts';
import { trackVariables } from './variables.ts';

type Node = TSESTree.Node;

export interface BuildOptions {
  /** The calls in the unit that open or close spans, in any order. */
  calls: readonly TSESTree.CallExpression[];
  /** `summary`: parameters stand for spans that the caller opened, and calls of own functions are not looked into. */
  purpose: 'findings' | 'summary';
}

/** Lays the paths of one unit as blocks of events. */
export function buildGraph(file: SpanFile, unit: CodeUnit, { calls, purpose }: BuildOptions): Graph {
  const requests: Node[] = [];
  const spanArguments: Node[] = [];
  for (const call of calls) {
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
  const tracked = trackVariables(file.sourceCode, unit, requests, spanArguments);
  const cursor = new Cursor();
  const expressions = new Expressions(file, cursor, tracked, purpose === 'findings');
  // A `var` is undefined until it is written.
  for (const { variable } of tracked.values()) {
    const { defs } = variable;
    if (defs.every(({ parent }) => parent?.type === 'VariableDeclaration' && parent.kind === 'var')) {
      const node = defs[0]!.name as Node;
      cursor.emit({ kind: 'write', variable, sources: [{ kind: 'other', node }], node, declares: true });
    }
  }
  if (isFunction(unit)) {
    for (const param of unit.params) {
      const isSpan = purpose === 'summary' && param.type === 'Identifier';
      const site = isSpan ? expressions.site(param, null, 'parameter') : null;
      expressions.assign(param, site ? [{ kind: 'span', site, awaited: true }] : [{ kind: 'unknown' }], true);
    }
  }
  new Statements(cursor, expressions).body(unit);
  return {
    entry: cursor.entry,
    returned: cursor.returned,
    thrown: cursor.thrown,
    sites: expressions.sites,
    variables: [...tracked.values()],
  };
}
