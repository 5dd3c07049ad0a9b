import type { RuleId } from '../../rules/rule-id.ts';
import type { Workflow } from '../action.ts';
import { apart } from './places.ts';

/** A change to a correct workflow that breaks exactly one rule. */
export interface Mutation {
  readonly name: string;
  readonly rule: RuleId;
  readonly kind: string;
  /** What shows the mistake: the requests, or only the rows that the backend stored of them (`storedRowsOf`). */
  readonly seenIn: 'requests' | 'stored rows';
  /** The workflow with the mistake in it; `null` where there is no place for it. */
  readonly apply: (workflow: Workflow) => Workflow | null;
}

export type Mutate = Mutation['apply'];

/** The mutations of one rule: for each kind of finding the names of its mutations, and what they do. */
export function mutationsOf(
  rule: RuleId,
  kinds: Readonly<Record<string, Readonly<Record<string, Mutate>>>>,
  seenIn: Mutation['seenIn'] = 'requests',
): Mutation[] {
  return Object.entries(kinds).flatMap(([kind, named]) =>
    Object.entries(named).map(([name, apply]) => ({ name, rule, kind, seenIn, apply: apart(apply) })),
  );
}
