import type { Recording } from '../../src/recording/recording.ts';
import { check } from '../../src/rules/check.ts';
import type { RuleId } from '../../src/rules/rule-id.ts';

/** What one rule found, a line each: `kind tier trace [witness]`. */
export function found({ recording }: { readonly recording: Recording }, rule: RuleId): string[] {
  return check(recording, { rules: [rule] }).findings.map(
    ({ kind, tier, traceId, witness }) => `${kind} ${tier} ${traceId} [${witness.join(' ')}]`,
  );
}

/** Whole messages of one rule, each under a line that gives the rest of the finding: `rule/kind tier trace [witness]`. */
export function messages({ recording }: { readonly recording: Recording }, rule: RuleId): string[] {
  return check(recording, { rules: [rule] }).findings.map(
    ({ kind, tier, traceId, witness, message }) =>
      `${rule}/${kind} ${tier} ${traceId} [${witness.join(' ')}]\n${message}`,
  );
}
