import { isPlainObject } from '../recording/canonical.ts';
import type { Route } from '../recording/exchange.ts';
import { sendings } from '../recording/sendings.ts';
import { kind, type KindDescription, type Rule } from './rule.ts';
import { line, type Seen, seenEvent, seenExchange } from './seen.ts';
import { isSound, shapeProblems, wireForm } from './shape.ts';
import { clip, quote } from './text.ts';

const EVENT_ROUTES: ReadonlySet<Route | null> = new Set<Route | null>(['ingest', 'events', 'tool-result']);

type Problem = { readonly event: Seen; readonly member: string; readonly found: string };

const shape = (summary: string, says: (facts: Problem) => string, fix: string): KindDescription =>
  kind<Problem>({ tier: 'E', summary, explain: (facts) => [line(facts.event), says(facts)], fix: () => fix });

/** What the ingest API refuses, or takes with 202 and gives up afterwards, or stores in a form that nobody reads. */
export const eventShape: Rule = {
  id: 'event-shape',
  statement: 'Content, metadata and ids fit the event type.',
  kinds: {
    'null-member': shape(
      'An optional member is null instead of absent.',
      ({ member }) => `${member} is null: the backend refuses the whole request with 400.`,
      'leave out what is not known.',
    ),
    'too-long': shape(
      'A value is longer than the backend takes.',
      ({ member, found }) => `${member} has ${found}: the event is refused.`,
      'use a shorter value, for instance a hash of it.',
    ),
    'timestamp-not-utc': shape(
      'A timestamp is not in UTC with a Z.',
      ({ found }) => `The timestamp ${quote(found)} does not end in Z, or is no date: the event is refused.`,
      'write new Date().toISOString() or its like: 2026-01-31T12:00:00.000Z.',
    ),
    'tool-missing': shape(
      'A tool event does not name its tool.',
      () => 'metadata.tool is missing: the event is refused.',
      'name the tool in metadata.tool of the request and of the response.',
    ),
    'model-missing': shape(
      'A model response does not name its model and provider.',
      ({ member }) => `${member} is missing: the event is given up, after a 202 where ingestion is queued.`,
      'send metadata.model and metadata.provider with every response.',
    ),
    'latency-not-an-integer': shape(
      'A latency is not a whole number of milliseconds.',
      ({ found }) => `metadata.latencyMs is ${found}: the backend cannot store it and gives the event up.`,
      'round: Math.round(performance.now() - started).',
    ),
    'arguments-not-an-object': shape(
      'Tool arguments are not an object in a tool event.',
      ({ found }) => `The arguments are ${clip(found)}: tool events carry them as an object.`,
      'parse the JSON text that the model wrote and send the object.',
    ),
    'arguments-not-json-text': shape(
      'Tool arguments are not JSON text in an llm_response.',
      ({ found }) => `The arguments are ${clip(found)}: an llm_response carries them as JSON text.`,
      'send the text as the model wrote it, or JSON.stringify the object.',
    ),
    'unstorable-text': shape(
      'Content has a character that the backend cannot store.',
      ({ member, found }) => `${member} has ${found}: the backend cannot store it and gives the event up.`,
      'encode binary output (base64), and do not cut text inside a character.',
    ),
  },

  applies: (trace) => {
    if (trace.id !== null) return trace.attempts.length > 0 || 'no events';
    return trace.exchanges.some(({ route }) => EVENT_ROUTES.has(route)) || 'no events';
  },

  check(trace, report) {
    for (const event of sendings(trace).events) {
      if (event.representation === 'proxied' || isSound(event, trace)) continue;
      const [problem] = shapeProblems(wireForm(event, trace));
      if (!problem) continue;
      const { kind: found, ...facts } = problem;
      report({
        kind: found,
        traceId: event.traceId,
        witness: [event.id],
        facts: { event: seenEvent(event), ...facts } satisfies Problem,
      });
    }
    if (trace.exchanges.length === 0) return;
    for (const exchange of trace.exchanges) {
      // A body so wrong that no event could be read from it.
      if (!EVENT_ROUTES.has(exchange.route) || exchange.status !== 400 || trace.hasEvents(exchange)) continue;
      const [problem] = [exchange.request].flat().filter(isPlainObject).flatMap(shapeProblems);
      if (!problem) continue;
      const { kind: found, ...facts } = problem;
      report({
        kind: found,
        traceId: trace.id,
        witness: [exchange.id],
        facts: { event: seenExchange(exchange, { status: 400 }), ...facts } satisfies Problem,
      });
    }
  },
};
