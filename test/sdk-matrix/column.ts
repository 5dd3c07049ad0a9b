import type { ContractReport, RequirementResult } from '../../src/contract/report.ts';

/** One SDK, or one version of it used in one way: a column of the matrix. */
export interface Column {
  /** Short lines that stand over the column. */
  readonly heading: readonly string[];
  /** What was tested, with its version. */
  readonly tested: string;
  /** By the id of the requirement. */
  readonly cells: ReadonlyMap<string, Cell>;
}

/** What came of one requirement: kept, not kept, or not promised. */
export type Cell =
  | { readonly sign: '✓' }
  | { readonly sign: '—' }
  /** Each reason is one line: the checks that fail, and what was seen. */
  | { readonly sign: '✗'; readonly reasons: readonly string[] };

export const NOT_PROMISED: Cell = { sign: '—' };
export const KEPT: Cell = { sign: '✓' };

/** The column of an SDK that was run here. */
export function columnOf(heading: readonly string[], tested: string, report: ContractReport): Column {
  return {
    heading,
    tested,
    cells: new Map(report.requirements.map((result) => [result.id, cellOf(result)])),
  };
}

function cellOf({ status, checks }: RequirementResult): Cell {
  if (status === 'passed') return KEPT;
  if (status === 'unsupported') return NOT_PROMISED;
  const failed = checks.filter((check) => check.status === 'failed');
  return broken(failed.map(({ id, message }) => ({ checks: [id], message })));
}

/** Checks that failed in the same words share a line. */
export function broken(
  failures: readonly { readonly checks: readonly string[]; readonly message: string }[],
): Cell {
  const checksByMessage = new Map<string, string[]>();
  for (const { checks, message } of failures)
    checksByMessage.set(message, [...(checksByMessage.get(message) ?? []), ...checks]);
  const reasons = [...checksByMessage].map(
    ([message, checks]) => `${checks.map((check) => `\`${check}\``).join(', ')}: ${message}`,
  );
  return { sign: '✗', reasons };
}
