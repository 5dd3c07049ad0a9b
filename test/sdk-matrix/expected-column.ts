import { type ExpectedFailure, parseExpected } from '../../src/contract/expected.ts';
import type { Capability } from '../../src/contract/protocol.ts';
import type { Requirement } from '../../src/contract/requirement.ts';
import { REQUIREMENTS } from '../../src/contract/requirements/index.ts';
import { broken, type Cell, type Column, KEPT, NOT_PROMISED } from './column.ts';

interface Known extends Pick<Column, 'heading' | 'tested'> {
  /** What the driver of the SDK declares. */
  readonly capabilities: readonly Capability[];
  /** The text of its `--expected` file. */
  readonly expected: string;
}

/**
 * The column of an SDK that cannot be run here, from its file of expected failures. The contract holds the SDK to that file in
 * both directions, so what it does not list is kept.
 */
export function expectedColumn({ heading, tested, capabilities, expected }: Known): Column {
  const failures = parseExpected(expected, REQUIREMENTS).expected;
  const cellOf = (requirement: Requirement): Cell => {
    if (requirement.needs.some((capability) => !capabilities.includes(capability))) return NOT_PROMISED;
    const own = failures.filter((failure) => failure.requirement === requirement.id);
    return own.length === 0 ? KEPT : broken(own.map((failure) => seen(failure, requirement)));
  };
  return {
    heading,
    tested,
    cells: new Map(REQUIREMENTS.map((requirement) => [requirement.id, cellOf(requirement)])),
  };
}

/** The first line of the reason, without the consequence: the page says that once for all columns. */
function seen({ checks, reason }: ExpectedFailure, { consequence }: Requirement) {
  const [message = ''] = reason.replace(consequence, '').trim().split('\n');
  return { checks, message };
}
