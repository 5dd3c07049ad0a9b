import { check } from '../rules/check.ts';
import { rules } from '../rules/index.ts';
import { recordingOf, type Workflow } from './action.ts';
import { mutations } from './mutations.ts';

/** What a mutation did to those of the workflows that have a place for it. */
export interface Kill {
  readonly mutation: (typeof mutations)[number];
  /** How many workflows it could be applied to. */
  readonly applied: number;
  /** The kinds that were found, each set once: `['span-reuse/unanswered']`. */
  readonly found: readonly string[];
}

/** Applies every mutation to every workflow. */
export function kills(workflows: readonly Workflow[]): Kill[] {
  return mutations.map((mutation) => {
    const found = new Set<string>();
    let applied = 0;
    for (const workflow of workflows) {
      const changed = mutation.apply(workflow);
      if (!changed) continue;
      applied += 1;
      const kinds = new Set(check(recordingOf(changed)).findings.map(({ rule, kind }) => `${rule}/${kind}`));
      found.add([...kinds].sort().join(' ') || 'nothing');
    }
    return { mutation, applied, found: [...found] };
  });
}

/** The matrix as a page: rows mutations, columns rules. */
export function killMatrix(all: readonly Kill[]): string {
  const ids = rules.map(({ id }) => id);
  const rows = all.map(({ mutation, found }) => {
    const fired = new Set(found.flatMap((kinds) => kinds.split(' ')).map((kind) => kind.split('/')[0]));
    return `| ${mutation.name} | ${mutation.kind} | ${ids.map((id) => (fired.has(id) ? '✗' : '')).join(' | ')} |`;
  });
  return [
    '# Kill matrix',
    '',
    'Generated: `UPDATE=1 npx vitest run test/property/kill-matrix.test.ts`. Each row is a mutation of a correct workflow;',
    '✗ marks the rules that found it, which must be the declared rule and no other.',
    '',
    `| mutation | kind | ${ids.join(' | ')} |`,
    `| --- | --- | ${ids.map(() => ':-:').join(' | ')} |`,
    ...rows,
    '',
  ].join('\n');
}
