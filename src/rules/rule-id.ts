/** The catalogue. One id everywhere: findings, docs pages, fixtures, mutations, ESLint. */
export const RULE_IDS = [
  'stable-trace-id',
  'single-representation',
  'span-reuse',
  'single-base-url',
  'step-order',
  'parent-step',
  'idempotency-key',
  'usage-total',
  'trace-header',
  'agent-name',
  'agent-init',
  'event-accepted',
  'event-order',
  'event-shape',
  'key-safety',
] as const;

export type RuleId = (typeof RULE_IDS)[number];
