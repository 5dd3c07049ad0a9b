import type { RecordedEvent } from '../recording/event.ts';
import { perTrace } from '../recording/per-trace.ts';
import { sendings } from '../recording/sendings.ts';
import type { Trace } from '../recording/trace.ts';
import { kind, type Rule } from './rule.ts';
import { line, type Seen, seenEvent } from './seen.ts';
import { isStep } from './step.ts';

type Parent = { readonly event: Seen; readonly parentStepId: number; readonly stepId: number | null };
type LaterParent = Parent & { readonly parent: Seen };

/** The tree of a trace is made of parents; the backend stores any number that comes with a step. */
export const parentStep: Rule = {
  id: 'parent-step',
  statement: 'parentStepId names an earlier step of the same trace, and is only sent together with stepId.',
  kinds: {
    'not-a-step': kind<Parent>({
      tier: 'E',
      summary: 'A parent step id is not an integer from 1 to 2147483647.',
      explain: ({ event, parentStepId }) => [
        line(event),
        `The parent step ${parentStepId} is not an integer from 1 to 2147483647: the event is refused.`,
      ],
      fix: () => 'name a step of the trace; leave parentStepId out for the first event.',
    }),
    'without-step': kind<Parent>({
      tier: 'E',
      summary: 'A parent step was sent without a step of its own.',
      explain: ({ event, parentStepId }) => [
        line(event),
        `${event.id} names its parent ${parentStepId} but not its own step: the backend puts the last step in its place.`,
      ],
      fix: () => 'send stepId too, or leave parentStepId out and let the backend infer both.',
    }),
    'no-such-step': kind<Parent>({
      tier: 'E',
      summary: 'A parent step does not exist in the trace.',
      explain: ({ event, parentStepId }) => [
        line(event),
        `No event of this trace is step ${parentStepId}: ${event.id} hangs in the air.`,
      ],
      fix: () => 'name the step of the event that led to this one, in the same trace.',
    }),
    'parent-not-earlier': kind<LaterParent>({
      tier: 'E',
      summary: 'A parent step is the event itself or comes after it.',
      explain: ({ event, parent, parentStepId }) =>
        parent.id === event.id
          ? [line(event), `${event.id} names itself, step ${parentStepId}, as its parent.`]
          : [line(event), line(parent), `${event.id} names ${parent.id} as its parent, which comes later.`],
      fix: () => 'name the step of an event that came before this one.',
    }),
  },

  applies: (trace) => {
    if (!trace.evidence.sentFields && sendings(trace).events.every(({ sent }) => sent === null)) {
      return 'stored rows do not tell a parent that was sent from one that was inferred';
    }
    return children(trace).length > 0 || 'no explicit parent steps';
  },

  check(trace, report) {
    if (children(trace).length === 0) return;
    const byStep = new Map<number, RecordedEvent>();
    for (const event of sendings(trace).events) {
      const stepId = event.sent?.stepId ?? event.stepId;
      if (stepId !== null && !byStep.has(stepId)) byStep.set(stepId, event);
    }
    for (const event of children(trace)) {
      const parentStepId = event.sent?.parentStepId ?? 0;
      const stepId = event.sent?.stepId ?? null;
      const facts: Parent = {
        event: seenEvent(event, { step: stepId, parent: parentStepId }),
        parentStepId,
        stepId,
      };
      const tell = (found: string) =>
        report({ kind: found, traceId: event.traceId, witness: [event.id], facts });
      const parent = byStep.get(parentStepId);
      if (!isStep(parentStepId)) tell('not-a-step');
      else if (stepId === null) tell('without-step');
      else if (!parent) tell('no-such-step');
      else if (parent.seq >= event.seq || parentStepId >= stepId)
        report({
          kind: 'parent-not-earlier',
          traceId: event.traceId,
          witness: parent === event ? [event.id] : inOrder(event, parent),
          facts: { ...facts, parent: seenEvent(parent, { step: parentStepId }) } satisfies LaterParent,
        });
    }
  },
};

const children: (trace: Trace) => readonly RecordedEvent[] = perTrace((trace) =>
  sendings(trace).events.filter(({ sent }) => sent?.parentStepId !== undefined),
);

function inOrder(a: RecordedEvent, b: RecordedEvent): string[] {
  return a.seq < b.seq ? [a.id, b.id] : [b.id, a.id];
}
