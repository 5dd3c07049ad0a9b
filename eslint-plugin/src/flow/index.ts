/**
 * Follows span ids through the functions of a file: which request each response answers, and whether each request
 * gets one.
 *
 * Every path that can exist is followed, and some that cannot; what is said holds on all of them (except
 * `missingOnPath`, which says the opposite). So an unknown value or a path too many can only silence a verdict.
 */
import type { TSESLint, TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, isFunction, type CodeUnit } from '../ast/functions.ts';
import type { Sdk } from '../sdk/index.ts';
import { buildGraph } from './build.ts';
import { SpanFile } from './file.ts';
import { solve } from './solve.ts';
import { summarise } from './summaries.ts';
import { verdictsOf, type Verdict } from './verdicts.ts';

export type { Verdict } from './verdicts.ts';
export type { Site } from './model.ts';

export function analyseSpans(sourceCode: Readonly<TSESLint.SourceCode>, sdk: Sdk): Verdict[] {
  const file = new SpanFile(sourceCode, sdk);
  const calls = new Map<CodeUnit, TSESTree.CallExpression[]>();
  const note = (call: TSESTree.CallExpression): void => {
    const unit = codeUnitOf(call);
    const known = calls.get(unit);
    if (known) known.push(call);
    else calls.set(unit, [call]);
  };
  for (const { node } of [...file.requests.values(), ...file.responses.values()]) note(node);
  if (calls.size === 0) return [];

  for (const [unit, own] of [...calls]) {
    const summary = isFunction(unit) && isCalledByName(unit) ? summarise(file, unit, own) : null;
    if (summary) file.summaries.set(unit as never, summary);
  }
  if (file.summaries.size > 0) {
    for (const call of sdk.inventory.calls) if (file.summaryOf(call)) note(call);
  }

  return [...calls].flatMap(([unit, own]) => {
    const graph = buildGraph(file, unit, { calls: own, purpose: 'findings' });
    const solution = solve(graph);
    return solution ? verdictsOf(graph, solution) : [];
  });
}

/** Whether a function has a name by which this file can call it. */
function isCalledByName(unit: CodeUnit): boolean {
  return unit.type === 'FunctionDeclaration' || unit.parent?.type === 'VariableDeclarator';
}
