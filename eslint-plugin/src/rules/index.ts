import type { AnyRule } from '../create-rule.ts';
import { awaitedEvents } from './awaited-events.ts';

/** All rules by id. A rule that is not listed here does not exist: a test compares this list with the folder. */
export const rules = {
  'awaited-events': awaitedEvents,
} satisfies Record<string, AnyRule>;
