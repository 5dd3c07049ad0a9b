/**
 * Follows span ids through the functions of a file: which request each response answers, and whether each request
 * gets one.
 *
 * Every path that can exist is followed, and some that cannot; what is said holds on all of them (except
 * `missingOnPath`, which says the opposite). So an unknown value or a path too many can only silence a verdict.
 */
import type { TSESTree } from '@typescript-eslint/utils';
import { codeUnitOf, isFunction, type CodeUnit, type FunctionNode } from '../ast/functions.ts';
import type { Sdk } from '../sdk/index.ts';
import { buildGraph } from './build.ts';
import { SpanFile } from './file.ts';
import { settledCalls } from './settled.ts';
import { solve } from './solve.ts';
import { Survey } from './survey.ts';
import { summarise } from './summaries.ts';
import { verdictsOf, type Verdict, type Wanted } from './verdicts.ts';

type Node = TSESTree.Node;

export type { Verdict, Wanted } from './verdicts.ts';
export type { Site } from './model.ts';

/** Says what is wrong with the spans of a file. */
export function analyseSpans(sdk: Sdk, wanted: Wanted): Verdict[] {
  const file = new SpanFile(sdk);
  const settled = wanted.missingOnPath ? new Set<Node>() : settledCalls(file);
  const verdicts = judge(file, wanted, settled);
  // Which span was meant instead depends on all that are open there.
  const needsAll = settled.size > 0 && verdicts.some(({ messageId }) => messageId === 'spanNotFromRequest');
  return needsAll ? judge(new SpanFile(sdk), wanted, new Set()) : verdicts;
}

/** Follows all spans but those of `settled` calls. */
function judge(file: SpanFile, wanted: Wanted, settled: ReadonlySet<Node>): Verdict[] {
  const { sdk } = file;
  const calls = new Map<CodeUnit, TSESTree.CallExpression[]>();
  const note = (call: TSESTree.CallExpression): void => {
    if (settled.has(call)) return;
    const unit = codeUnitOf(call);
    const known = calls.get(unit);
    if (known) known.push(call);
    else calls.set(unit, [call]);
  };
  for (const { node } of file.requests.values()) note(node);
  for (const { node } of file.responses.values()) note(node);
  if (calls.size === 0) return [];

  const surveys = new Map<CodeUnit, Survey>();
  for (const [unit, own] of calls) {
    if (!isFunction(unit) || !isCalled(sdk, unit)) continue;
    const survey = new Survey(file, unit, own);
    surveys.set(unit, survey);
    const summary = summarise(file, unit, survey, settled);
    if (summary) file.summaries.set(unit, summary);
  }
  if (file.summaries.size > 0) {
    surveys.clear(); // the calls of such functions are of interest, too
    for (const call of sdk.inventory.calls) if (file.summaryOf(call)) note(call);
  }

  return [...calls].flatMap(([unit, own]) => {
    const survey = surveys.get(unit) ?? new Survey(file, unit, own);
    const graph = buildGraph(file, unit, survey, 'findings', settled);
    const solution = solve(graph);
    return solution ? verdictsOf(graph, solution, wanted) : [];
  });
}

/** Whether this file calls a function by its name: else nobody needs to know what it does for its callers. */
function isCalled(sdk: Sdk, unit: FunctionNode): boolean {
  const { parent } = unit;
  const named =
    unit.type === 'FunctionDeclaration'
      ? unit
      : parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier'
        ? parent
        : null;
  // The name comes before the parameters.
  const variable = named && sdk.declaredBy(named)[0];
  return !!variable?.references.some(({ identifier }) => {
    const use = identifier.parent;
    return use?.type === 'CallExpression' && use.callee === identifier;
  });
}
