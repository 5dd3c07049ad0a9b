import type { RecordedEvent } from '../recording/event.ts';
import { perTrace } from '../recording/per-trace.ts';
import { sendings } from '../recording/sendings.ts';
import { timeOf } from '../recording/time.ts';
import type { Trace } from '../recording/trace.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenEvent } from './seen.ts';
import { isStep } from './step.ts';

type BadStep = { readonly event: Seen; readonly stepId: number };
type Pair = { readonly first: Seen; readonly second: Seen; readonly stepId: number; readonly before: number };
type Mixed = { readonly explicit: Seen; readonly inferred: Seen; readonly proxied: boolean };

/** The backend takes a given step as it is: it checks neither gaps nor repeats nor order. */
export const stepOrder: Rule = {
  id: 'step-order',
  statement:
    'Explicit step ids are integers from 1, unique and increasing in a trace, and not mixed with inferred ones.',
  kinds: {
    'not-a-step': kind<BadStep>({
      tier: 'E',
      summary: 'A step id is not an integer from 1 to 2147483647.',
      explain: ({ event, stepId }) => [
        line(event),
        `The step id ${stepId} is not an integer from 1 to 2147483647: the event is refused.`,
      ],
      fix: () => 'count the steps of a trace 1, 2, 3, …, or leave stepId out and let the backend count.',
    }),
    'step-twice': kind<Pair>({
      tier: 'E',
      summary: 'Two events of a trace have one step id.',
      explain: ({ first, second, stepId }) => [
        line(first),
        line(second),
        `${first.id} and ${second.id} both are step ${stepId} of the trace.`,
      ],
      fix: () => 'give each event its own step, also the request and the response of one tool call.',
    }),
    'step-decreases': kind<Pair>({
      tier: 'E',
      summary: 'A later event has a smaller step id.',
      explain: ({ first, second, stepId, before }) => [
        line(first),
        line(second),
        `${second.id} came after ${first.id}, but its step ${stepId} is smaller than ${before}.`,
      ],
      fix: () => 'take the next number when the step happens, and keep one counter for the whole trace.',
    }),
    'steps-against-time': kind<Pair>({
      tier: 'W',
      summary: 'The stored steps of a trace contradict its timestamps.',
      explain: ({ first, second, stepId, before }) => [
        line(first),
        line(second),
        `${second.id} is later than ${first.id} by its time, but its step ${stepId} is smaller than ${before}.`,
      ],
      fix: () => 'await each trace call, so that events arrive in the order in which they happened.',
    }),
    'steps-mixed': kind<Mixed>({
      tier: 'W',
      summary: 'Some events of a trace have explicit step ids and some have not.',
      explain: ({ explicit, inferred, proxied }) => [
        line(explicit),
        line(inferred),
        proxied
          ? `${explicit.id} names its step, but the proxy never does: the backend counts on from the highest step.`
          : `${explicit.id} names its step and ${inferred.id} does not: the backend counts on from the highest step.`,
      ],
      fix: ({ proxied }) =>
        proxied
          ? 'leave stepId out in traces with proxied calls.'
          : 'name the step of every event of a trace, or of none.',
    }),
  },

  applies: (trace) => {
    if (explicitSteps(trace).length > 0) return true;
    return 'no explicit step ids';
  },

  check(trace, report) {
    const seen = (event: RecordedEvent, stepId: number) => seenEvent(event, { step: stepId });
    const steps = explicitSteps(trace);
    const firstOf = new Map<number, RecordedEvent>();
    let previous: ExplicitStep | undefined;
    for (const step of isIncreasing(steps) ? [] : steps) {
      const { event, stepId } = step;
      if (!isStep(stepId)) {
        report({
          kind: 'not-a-step',
          traceId: event.traceId,
          witness: [event.id],
          facts: { event: seen(event, stepId), stepId } satisfies BadStep,
        });
        continue;
      }
      const twin = firstOf.get(stepId);
      const against = twin ?? (previous && previous.stepId > stepId ? previous.event : undefined);
      if (against) {
        const before = twin ? stepId : (previous?.stepId ?? stepId);
        report({
          kind: twin ? 'step-twice' : event.sent === null ? 'steps-against-time' : 'step-decreases',
          traceId: event.traceId,
          witness: [against.id, event.id],
          facts: {
            first: seen(against, before),
            second: seen(event, stepId),
            stepId,
            before,
          } satisfies Pair,
        });
      }
      if (twin) continue;
      firstOf.set(stepId, event);
      previous = step;
    }
    const mixed = mixture(trace);
    if (mixed) {
      const [explicit, inferred] = mixed;
      report({
        kind: 'steps-mixed',
        traceId: explicit.traceId,
        witness: explicit.seq < inferred.seq ? [explicit.id, inferred.id] : [inferred.id, explicit.id],
        facts: {
          explicit: seen(explicit, explicit.sent?.stepId ?? 0),
          inferred: seenEvent(inferred),
          proxied: inferred.representation === 'proxied',
        } satisfies Mixed,
      });
    }
  },
};

interface ExplicitStep {
  readonly event: RecordedEvent;
  readonly stepId: number;
  readonly time: number;
}

/** In the order of time, as the backend's own analysis looks at them. Stored rows all have steps. */
const explicitSteps: (trace: Trace) => readonly ExplicitStep[] = perTrace((trace) => {
  const steps: ExplicitStep[] = [];
  for (const event of sendings(trace).events) {
    const stepId = event.sent === null ? event.stepId : event.sent.stepId;
    if (stepId === null || stepId === undefined || event.representation === 'proxied') continue;
    steps.push({ event, stepId, time: timeOf(event.timestamp) });
  }
  return isOrdered(steps) ? steps : steps.sort(compare);
});

function isOrdered(steps: readonly ExplicitStep[]): boolean {
  let previous: ExplicitStep | undefined;
  for (const step of steps) {
    if (Number.isNaN(step.time) || (previous && compare(previous, step) > 0)) return false;
    previous = step;
  }
  return true;
}

function compare(a: ExplicitStep, b: ExplicitStep): number {
  return a.time - b.time || a.event.seq - b.event.seq;
}

/** As they should be, and nearly always are. */
function isIncreasing(steps: readonly ExplicitStep[]): boolean {
  let previous = 0;
  for (const { stepId } of steps) {
    if (!isStep(stepId) || stepId <= previous) return false;
    previous = stepId;
  }
  return true;
}

function mixture(trace: Trace): [RecordedEvent, RecordedEvent] | undefined {
  const { events } = sendings(trace);
  const explicit = events.find(({ sent }) => sent?.stepId !== undefined);
  if (!explicit) return undefined;
  const inferred = events.find(({ sent }) => sent !== null && sent.stepId === undefined);
  return inferred ? [explicit, inferred] : undefined;
}
