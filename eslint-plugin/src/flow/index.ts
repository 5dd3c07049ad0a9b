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
import { solve } from './solve.ts';
import { Survey } from './survey.ts';
import { summarise } from './summaries.ts';
import { verdictsOf, type Verdict } from './verdicts.ts';

export type { Verdict } from './verdicts.ts';
export type { Site } from './model.ts';

export function analyseSpans(sdk: Sdk): Verdict[] {
  const file = new SpanFile(sdk);
  const calls = new Map<CodeUnit, TSESTree.CallExpression[]>();
  const note = (call: TSESTree.CallExpression): void => {
    const unit = codeUnitOf(call);
    const known = calls.get(unit);
    if (known) known.push(call);
    else calls.set(unit, [call]);
  };
  for (const { node } of [...file.requests.values(), ...file.responses.values()]) note(node);
  if (calls.size === 0) return [];

  const called = calledNames(sdk);
  const surveys = new Map<CodeUnit, Survey>();
  for (const [unit, own] of [...calls]) {
    if (!isFunction(unit) || !called.has(nameOf(unit) ?? '')) continue;
    const survey = new Survey(file, unit, own);
    surveys.set(unit, survey);
    const summary = summarise(file, unit, survey);
    if (summary) file.summaries.set(unit, summary);
  }
  if (file.summaries.size > 0) {
    surveys.clear(); // the calls of such functions are of interest, too
    for (const call of sdk.inventory.calls) if (file.summaryOf(call)) note(call);
  }

  return [...calls].flatMap(([unit, own]) => {
    const survey = surveys.get(unit) ?? new Survey(file, unit, own);
    const graph = buildGraph(file, unit, survey, 'findings');
    const solution = solve(graph);
    return solution ? verdictsOf(graph, solution) : [];
  });
}

/** The names that this file calls: a function that is not among them needs no summary. */
function calledNames(sdk: Sdk): Set<string> {
  const names = new Set<string>();
  for (const { callee } of sdk.inventory.calls) if (callee.type === 'Identifier') names.add(callee.name);
  return names;
}

/** The name by which this file can call a function. */
function nameOf(unit: FunctionNode): string | null {
  if (unit.type === 'FunctionDeclaration') return unit.id?.name ?? null;
  const { parent } = unit;
  return parent.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id.name : null;
}
