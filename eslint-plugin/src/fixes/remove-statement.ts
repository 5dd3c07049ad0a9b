import type { TSESLint, TSESTree } from '@typescript-eslint/utils';

/** Removes a statement, with its line when nothing else stands there. */
export function removeStatement(
  fixer: TSESLint.RuleFixer,
  sourceCode: Readonly<TSESLint.SourceCode>,
  statement: TSESTree.Node,
): TSESLint.RuleFix {
  const { text } = sourceCode;
  let [start, end] = statement.range;
  const before = /[ \t]*$/.exec(text.slice(0, start))![0].length;
  const after = /^[ \t]*/.exec(text.slice(end))![0].length;
  const alone =
    (start - before === 0 || text[start - before - 1] === '\n') && /^(\r?\n|$)/.test(text.slice(end + after));
  if (alone) {
    start -= before;
    end += after + /^(\r?\n)?/.exec(text.slice(end + after))![0].length;
  } else end += after;
  return fixer.removeRange([start, end]);
}
