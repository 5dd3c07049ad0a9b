import type { CheckResult, CheckStatus, Level } from './requirement.ts';

/** `unsupported`: the SDK does not claim to do this, so nothing was demanded of it. */
export type RequirementStatus = CheckStatus;

export interface RequirementResult {
  readonly id: string;
  readonly level: Level;
  readonly status: RequirementStatus;
  readonly checks: readonly CheckResult[];
}

/** A check that an `--expected` file lists and that does not fail any more. */
export interface StaleEntry {
  readonly requirement: string;
  readonly check: string;
  readonly reason: string;
}

export interface ContractSummary {
  readonly passed: number;
  /** Requirements of level MUST that failed. */
  readonly failed: number;
  /** Requirements of level SHOULD that failed; they decide with `--strict`. */
  readonly failedShould: number;
  readonly expectedFailures: number;
  readonly unsupported: number;
  readonly stale: readonly StaleEntry[];
  /** Repeats the generated scenarios. */
  readonly seed: number;
}

/** The result of a contract run, as data; the JSON format is this object. */
export interface ContractReport {
  readonly sdk: string;
  readonly version: string;
  readonly language: string;
  readonly requirements: readonly RequirementResult[];
  readonly summary: ContractSummary;
}

/** The status of a requirement from those of its checks. */
export function statusOf(checks: readonly CheckResult[]): RequirementStatus {
  const has = (status: CheckStatus) => checks.some((check) => check.status === status);
  if (has('failed')) return 'failed';
  if (has('expected-failure')) return 'expected-failure';
  return has('passed') ? 'passed' : 'unsupported';
}

export function summarise(
  requirements: readonly RequirementResult[],
  stale: readonly StaleEntry[],
  seed: number,
): ContractSummary {
  const count = (status: RequirementStatus, level?: Level) =>
    requirements.filter((result) => result.status === status && (level ?? result.level) === result.level)
      .length;
  return {
    passed: count('passed'),
    failed: count('failed', 'MUST'),
    failedShould: count('failed', 'SHOULD'),
    expectedFailures: count('expected-failure'),
    unsupported: count('unsupported'),
    stale,
    seed,
  };
}

/** 0 clean · 1 a requirement failed or an expectation is stale · 3 nothing was checked. Dead drivers never get here. */
export function exitCode({ summary }: ContractReport, { strict = false } = {}): 0 | 1 | 3 {
  const { passed, failed, failedShould, expectedFailures, stale } = summary;
  if (passed + failed + failedShould + expectedFailures === 0) return 3;
  return failed > 0 || stale.length > 0 || (strict && failedShould > 0) ? 1 : 0;
}
