import type { RecordedEvent } from '../../recording/event.ts';

/** Tells that two events are one: `found` is a kind of `single-representation`. */
export type Tell = (found: string, a: RecordedEvent, b: RecordedEvent) => void;

/** Whether there can be a copy at all: the proxy and an SDK both sent events of this kind. */
export function hasBoth(events: readonly RecordedEvent[], kindOfEvent: string): boolean {
  let proxied = false;
  let manual = false;
  for (const { eventType, representation } of events) {
    if (!eventType.startsWith(kindOfEvent)) continue;
    proxied ||= representation === 'proxied';
    manual ||= representation === 'manual';
  }
  return proxied && manual;
}
