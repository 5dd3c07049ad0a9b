import type { Finding } from './finding.ts';
import type { RuleId } from './rule-id.ts';

/** How often a rule was applied to a trace, and why it was not where it was not. */
export interface Checked {
  readonly rule: RuleId;
  readonly applied: number;
  readonly notApplicable: readonly { readonly reason: string; readonly count: number }[];
}

/** A deliberate exception: findings that match are listed as ignored instead of failing. */
export interface Ignore {
  readonly rule: RuleId;
  /** All given members must match. */
  readonly where?: {
    readonly traceId?: string | RegExp;
    readonly kind?: string;
    readonly tool?: string;
  };
  /** Why this is right here. Required, so that the next reader knows. */
  readonly reason: string;
}

export interface Ignored {
  readonly rule: RuleId;
  readonly reason: string;
  /** The findings it took out. Empty: it matches nothing any more (stale) and should be deleted. */
  readonly findings: readonly Finding[];
  readonly stale: boolean;
}

/** The result of a check, as data; the JSON report is this object. */
export interface Report {
  readonly version: 1;
  readonly findings: readonly Finding[];
  readonly checked: readonly Checked[];
  readonly ignored: readonly Ignored[];
  /** How many traces and stored events were looked at. */
  readonly traces: number;
  readonly events: number;
}
