import { alike } from './alike.ts';
import type { RequirementResult, StaleEntry } from './report.ts';
import { statusOf } from './report.ts';
import type { CheckResult, Requirement } from './requirement.ts';

/** A known failure of an SDK. */
export interface ExpectedFailure {
  readonly requirement: string;
  /** The checks that fail; others of the requirement must still pass. */
  readonly checks: readonly string[];
  /** The defect and what it does to the data. */
  readonly reason: string;
}

/** The content of an `--expected` file. */
export interface ExpectedFailures {
  readonly sdk?: string;
  readonly version?: string;
  readonly expected: readonly ExpectedFailure[];
}

/** An `--expected` file that cannot be meant. */
export class UnusableExpectations extends Error {
  override readonly name = 'UnusableExpectations';
}

/**
 * Reads an `--expected` file.
 *
 * @throws UnusableExpectations that quotes the entry and says what to write instead.
 */
export function parseExpected(text: string, requirements: readonly Requirement[]): ExpectedFailures {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnusableExpectations(`The file is not JSON: ${(error as Error).message}`);
  }
  const { sdk, version, expected } = (value ?? {}) as Record<string, unknown>;
  if (!Array.isArray(expected))
    throw new UnusableExpectations(
      'The file has no list "expected". Write { "expected": [{ "requirement": "…", "checks": ["…"], "reason": "…" }] }.',
    );
  return {
    ...(typeof sdk === 'string' ? { sdk } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    expected: expected.map((entry) => validEntry(entry, requirements)),
  };
}

function validEntry(entry: unknown, requirements: readonly Requirement[]): ExpectedFailure {
  const quoted = JSON.stringify(entry);
  const { requirement: id, checks, reason } = (entry ?? {}) as Record<string, unknown>;
  const found = requirements.find((candidate) => candidate.id === id);
  if (!found)
    throw new UnusableExpectations(
      `${quoted}: there is no requirement ${JSON.stringify(id)}.${alike(id, requirements)}`,
    );
  if (!Array.isArray(checks) || checks.length === 0)
    throw new UnusableExpectations(
      `${quoted}: name the "checks" that fail: ${Object.keys(found.checks).join(', ')}.`,
    );
  const unknown = checks.find((check) => !(String(check) in found.checks));
  if (unknown !== undefined)
    throw new UnusableExpectations(
      `${quoted}: ${found.id} has no check ${JSON.stringify(unknown)}. It has: ${Object.keys(found.checks).join(', ')}.`,
    );
  if (typeof reason !== 'string' || reason.trim() === '')
    throw new UnusableExpectations(
      `${quoted}: give the "reason": which defect it is, and what it does to the data.`,
    );
  return { requirement: found.id, checks: checks.map(String), reason };
}

/** Turns the failures that were expected into expected failures, and finds the entries that are stale. Pure. */
export function applyExpected(
  results: readonly RequirementResult[],
  expected: readonly ExpectedFailure[],
): { readonly results: readonly RequirementResult[]; readonly stale: readonly StaleEntry[] } {
  const stale: StaleEntry[] = [];
  const applied = results.map((result) => {
    const entries = expected.filter((entry) => entry.requirement === result.id);
    if (entries.length === 0) return result;
    const checks = result.checks.map((check) => {
      const entry = entries.find((candidate) => candidate.checks.includes(check.id));
      if (!entry) return check;
      if (check.status === 'failed') return expectedFailure(check, entry);
      stale.push({ requirement: result.id, check: check.id, reason: entry.reason });
      return check;
    });
    return { ...result, checks, status: statusOf(checks) };
  });
  return { results: applied, stale };
}

function expectedFailure(check: CheckResult, { reason }: ExpectedFailure): CheckResult {
  const gap = check.message.includes('\n') ? '\n' : ' ';
  return { ...check, status: 'expected-failure', message: `${check.message}${gap}Expected: ${reason}` };
}

/**
 * What `--update-expected` writes: every failure of now, with the reasons that were given before. A new one gets the general
 * consequence of its requirement; what was seen stands in the report.
 */
export function updatedExpected(
  sdk: { readonly sdk: string; readonly version: string },
  results: readonly RequirementResult[],
  before: readonly ExpectedFailure[],
  requirements: readonly Requirement[],
): ExpectedFailures {
  const expected = results.flatMap((result) => {
    const failing = result.checks.filter(
      ({ status }) => status === 'failed' || status === 'expected-failure',
    );
    const groups = new Map<string, string[]>();
    for (const { id } of failing) {
      const known = before.find((entry) => entry.requirement === result.id && entry.checks.includes(id));
      const reason =
        known?.reason ?? requirements.find((definition) => definition.id === result.id)!.consequence;
      groups.set(reason, [...(groups.get(reason) ?? []), id]);
    }
    return [...groups].map(([reason, checks]) => ({ requirement: result.id, checks, reason }));
  });
  const ran = new Set(results.map((result) => result.id));
  const untouched = before.filter((entry) => !ran.has(entry.requirement));
  return { sdk: sdk.sdk, version: sdk.version, expected: [...expected, ...untouched] };
}
