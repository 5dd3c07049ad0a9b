import type { TSESTree } from '@typescript-eslint/utils';
import { isFunction, type CodeUnit } from '../ast/functions.ts';
import { Cursor } from './cursor.ts';
import { Expressions } from './expressions.ts';
import type { SpanFile } from './file.ts';
import type { Graph } from './model.ts';
import { Statements } from './statements.ts';
import type { Survey } from './survey.ts';

type Node = TSESTree.Node;

/**
 * Lays the paths of one unit as blocks of events. For a `summary`, parameters stand for spans that the caller opened,
 * and calls of own functions are not looked into. Calls that are `settled` open and close nothing.
 */
export function buildGraph(
  file: SpanFile,
  unit: CodeUnit,
  survey: Survey,
  purpose: 'findings' | 'summary',
  settled: ReadonlySet<Node>,
): Graph {
  const { tracked } = survey;
  const cursor = new Cursor();
  const expressions = new Expressions(file, cursor, survey, settled, purpose === 'findings');
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
      const site = isSpan ? expressions.calls.site(param, null, 'parameter') : null;
      expressions.targets.assign(
        param,
        site ? [{ kind: 'span', site, awaited: true }] : [{ kind: 'unknown' }],
        true,
      );
    }
  }
  new Statements(cursor, expressions, survey).body(unit);
  return {
    entry: cursor.entry,
    returned: cursor.returned,
    thrown: cursor.thrown,
    sites: expressions.calls.sites,
    variables: [...tracked.values()],
  };
}
