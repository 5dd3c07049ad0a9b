import { check } from '../rules/check.ts';
import type { Finding } from '../rules/finding.ts';
import { rules } from '../rules/index.ts';
import { recordingOf, type Workflow } from './action.ts';
import { type Mutation, mutations } from './mutations/index.ts';
import { storedRowsOf } from './stored-rows.ts';

/** What a mutation did to those of the workflows that have a place for it. */
export interface Kill {
  readonly mutation: Mutation;
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
      found.add(kindsOf(findingsOf(mutation, changed)));
    }
    return { mutation, applied, found: [...found] };
  });
}

/** What is found in a workflow after the mutation, in what shows its mistake. */
export function findingsOf({ seenIn }: Mutation, changed: Workflow): readonly Finding[] {
  const recording = recordingOf(changed);
  return check(seenIn === 'requests' ? recording : storedRowsOf(recording)).findings;
}

/** Each kind once: `idempotency-key/key-changed`, or `nothing`. */
export function kindsOf(findings: readonly Finding[]): string {
  return [...new Set(findings.map(({ rule, kind }) => `${rule}/${kind}`))].sort().join(' ') || 'nothing';
}

/** Kinds of finding that have fewer mutations than this. */
export function kindsWithFewerThan(count: number): string[] {
  const kinds = rules.flatMap(({ id, kinds }) => Object.keys(kinds).map((kind) => `${id}/${kind}`));
  return kinds.filter(
    (place) => mutations.filter(({ rule, kind }) => `${rule}/${kind}` === place).length < count,
  );
}

/** The matrix as a section of a page: rows mutations, columns rules. */
export function mutationMatrix(all: readonly Kill[]): string {
  const ids = rules.map(({ id }) => id);
  const rows = all.map(({ mutation, found }) => {
    const fired = new Set(found.flatMap((kinds) => kinds.split(' ')).map((kind) => kind.split('/')[0]));
    return `| ${mutation.name} | ${mutation.kind} | ${ids.map((id) => (fired.has(id) ? '✗' : '')).join(' | ')} |`;
  });
  return [
    `| mutation | kind | ${ids.join(' | ')} |`,
    `| --- | --- | ${ids.map(() => ':-:').join(' | ')} |`,
    ...rows,
  ].join('\n');
}
