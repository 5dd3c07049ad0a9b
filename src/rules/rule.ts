import type { Trace } from '../recording/trace.ts';
import type { Facts, Tier } from './finding.ts';
import type { RuleId } from './rule-id.ts';

/** What a rule hands to the checker; the checker adds the rule, the tier and the text. */
export interface Violation {
  readonly kind: string;
  readonly traceId: string | null;
  readonly witness: readonly string[];
  readonly facts: Facts;
}

/** How one kind of violation is classed and told. */
export interface KindDescription {
  readonly tier: Tier;
  /** One sentence that states what is wrong, in general, for lists of rules. */
  readonly summary: string;
  /** The lines of the message, rendered from the facts alone: one line a step, the contradiction last. */
  readonly explain: (facts: Facts) => readonly string[];
  /** What to write instead, one sentence. */
  readonly fix: (facts: Facts) => string;
}

/** Describes a kind whose facts have a known shape. */
export function kind<F>(description: {
  readonly tier: Tier;
  readonly summary: string;
  readonly explain: (facts: F) => readonly string[];
  readonly fix: (facts: F) => string;
}): KindDescription {
  return description as unknown as KindDescription;
}

/**
 * One rule of the catalogue. Pure: no I/O, no clock, no random numbers.
 *
 * A rule sees one trace at a time, so that recordings of any size stream. What only shows across traces (an orphan
 * response here, an unanswered request there) is returned as `leftovers`: plain JSON, bounded by what is wrong or open.
 * `join` sees the leftovers of all traces, in order of the traces' first arrival, once.
 */
export interface Rule<Leftover = never> {
  readonly id: RuleId;
  /** What must hold, one sentence. */
  readonly statement: string;
  readonly kinds: Readonly<Record<string, KindDescription>>;
  /** `true`, or why there is nothing to check in this trace. Never guess: what cannot be decided is not applicable. */
  applies(trace: Trace): true | string;
  check(trace: Trace, report: (violation: Violation) => void): readonly Leftover[] | void;
  /** What a trace to which the rule does not apply leaves for `join`. */
  collect?(trace: Trace): readonly Leftover[];
  /**
   * For a leftover that matters only together with one of another trace: how the two find each other. `null`, or no such
   * method: it matters by itself.
   */
  mate?(leftover: Leftover): Mate | null;
  join?(leftovers: readonly Leftover[], report: (violation: Violation) => void): void;
}

/** Leftovers of one key are mates: `one` and `other` of each other, `any` of every `any`. */
export interface Mate {
  readonly key: string;
  readonly side: 'one' | 'other' | 'any';
}

/** A rule whose leftovers nobody but the rule itself looks at. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each rule gets back what it left, and nothing else
export type AnyRule = Rule<any>;
