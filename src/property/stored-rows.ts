import { Recording } from '../recording/recording.ts';
import { STORED_ROWS_ONLY } from '../recording/trace.ts';

/** The rows that the backend would export of a recording: what was stored, without how it was sent. */
export function storedRowsOf({ events }: Recording): Recording {
  const rows = events
    .filter(({ outcome }) => outcome.status === 'stored')
    .map((row) => ({ ...row, sent: null, exchangeId: null, representation: 'unknown' as const }));
  return new Recording({ events: rows, evidence: STORED_ROWS_ONLY });
}
