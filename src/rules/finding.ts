import type { RuleId } from './rule-id.ts';

/** `E`: the data is wrong, lost or doubled. `W`: it may be. */
export type Tier = 'E' | 'W';

/** Plain JSON data from which the text of a finding is rendered; nothing else goes into the text. */
export type Facts = Readonly<Record<string, unknown>>;

/** One violation of one rule, as data. */
export interface Finding {
  readonly rule: RuleId;
  /** Which contradiction it is, for instance `no-such-request`. Ids are unique within a rule. */
  readonly kind: string;
  readonly tier: Tier;
  /** `null` when the offending exchange reached no trace. */
  readonly traceId: string | null;
  /** Ids of the events (`e…`) and exchanges (`x…`) that prove it, in order of arrival; no more than needed. */
  readonly witness: readonly string[];
  readonly facts: Facts;
  /** Rendered from `facts`: one line a step, the contradiction, then `Fix:` and the docs page. */
  readonly message: string;
}
