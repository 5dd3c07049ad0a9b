import type { Outcome } from '../../../src/recording/event.ts';
import { Recording } from '../../../src/recording/recording.ts';

type Flow = () => { readonly recording: Recording };

/**
 * Recordings of one rule, by what happens in them. The whole catalogue is silent on each of `good`; on each of `bad` the
 * rule speaks and no other does. They stand in `fixtures/traces/<rule>` too, as files.
 */
export interface Flows {
  readonly good: Readonly<Record<string, Flow>>;
  readonly bad: Readonly<Record<string, Flow>>;
}

/** The same recording, in which some events met another fate: one that depends on more than the builder knows. */
export function withOutcome(
  { recording }: { readonly recording: Recording },
  outcomes: Readonly<Record<string, Outcome>>,
): { readonly recording: Recording } {
  const events = recording.events.map((event) => ({
    ...event,
    outcome: outcomes[event.id] ?? event.outcome,
  }));
  return {
    recording: new Recording({ exchanges: recording.exchanges, events, evidence: recording.evidence }),
  };
}

/** The same recording, in which the body of one request was another one: what no event can show. */
export function withRequest(
  { recording }: { readonly recording: Recording },
  id: string,
  change: (request: unknown) => unknown,
): { readonly recording: Recording } {
  const exchanges = recording.exchanges.map((exchange) =>
    exchange.id === id ? { ...exchange, request: change(exchange.request) } : exchange,
  );
  return { recording: new Recording({ exchanges, events: recording.events, evidence: recording.evidence }) };
}
