import type { RecordedEvent } from '../recording/event.ts';
import { bareModel, modelTurn } from '../recording/model-turn.ts';
import { perTrace } from '../recording/per-trace.ts';
import { sendings } from '../recording/sendings.ts';
import type { Trace } from '../recording/trace.ts';
import { checkAnswers } from './doubles/answers.ts';
import { checkEmbeddings } from './doubles/embeddings.ts';
import { checkPrompts, promptOf } from './doubles/prompts.ts';
import { kind, type Rule, type Violation } from './rule.ts';
import { line, type Seen, seenEvent } from './seen.ts';
import { clip, quote } from './text.ts';

type Pair = { readonly first: Seen; readonly second: Seen; readonly manual: Seen; readonly model: string };

const steps = ({ first, second }: Pair) => [line(first), line(second)];
const onlyOne = ({ manual }: Pair) =>
  `drop the manual ${manual.what} (${manual.id}): the proxy records the turn. Or call the model without the proxy.`;

/** Two events are two turns to the backend: tokens, costs and answers are counted twice. */
export const singleRepresentation: Rule = {
  id: 'single-representation',
  statement: 'A model turn is either proxied or reported by hand, never both, and by hand only once.',
  kinds: {
    'proxied-and-manual': kind<Pair>({
      tier: 'E',
      summary: 'A model turn that the proxy recorded was reported by hand too.',
      explain: (facts) => [
        ...steps(facts),
        `Both say the same, by the same model ${quote(facts.model)}: one turn is recorded twice.`,
      ],
      fix: onlyOne,
    }),
    'proxied-and-manual-same-usage': kind<Pair>({
      tier: 'E',
      summary: 'A proxied turn was reported by hand in other words, with the same token counts.',
      explain: (facts) => [
        ...steps(facts),
        `Same turn, same model ${quote(facts.model)}, same token counts: one turn is recorded twice, in other words.`,
      ],
      fix: onlyOne,
    }),
    'proxied-and-manual-likely': kind<Pair>({
      tier: 'W',
      summary: 'A manual llm_response stands in the turn of a proxied call to the same model.',
      explain: (facts) => [
        ...steps(facts),
        `Both are answers of ${quote(facts.model)} in one turn: most likely one answer, recorded twice.`,
      ],
      fix: onlyOne,
    }),
    'reported-twice': kind<Pair>({
      tier: 'E',
      summary: 'A model turn was reported twice.',
      explain: (facts) => [
        ...steps(facts),
        `Both say the same in one turn, by the same model ${quote(facts.model)}: one turn is recorded twice.`,
      ],
      fix: ({ manual }) =>
        `report the turn in one place: take out ${manual.id}, or the wrapper that reports it too.`,
    }),
    'reported-twice-likely': kind<Pair>({
      tier: 'W',
      summary: 'Two reports in one turn have the same model and the same token counts.',
      explain: (facts) => [
        ...steps(facts),
        `Same turn, same model ${quote(facts.model)}, same token counts: most likely one answer, reported twice.`,
      ],
      fix: ({ manual }) =>
        `report the turn in one place: take out ${manual.id}, or the wrapper that reports it too.`,
    }),
    'prompt-twice': kind<Pair>({
      tier: 'E',
      summary: 'The prompt of a proxied call was reported by hand too.',
      explain: (facts) => [
        ...steps(facts),
        'Both are the same user message: the prompt of one turn is recorded twice.',
      ],
      fix: onlyOne,
    }),
    'prompt-twice-likely': kind<Pair>({
      tier: 'W',
      summary: 'A manual user_message stands beside the prompt of a proxied call.',
      explain: (facts) => [
        ...steps(facts),
        'The two stand side by side in one turn: most likely one prompt, recorded twice.',
      ],
      fix: onlyOne,
    }),
    'embedding-twice': kind<Pair>({
      tier: 'E',
      summary: 'An embedding that the proxy recorded was reported by hand too.',
      explain: (facts) => [...steps(facts), 'Both are the same embedding call: it is recorded twice.'],
      fix: onlyOne,
    }),
  },

  applies: (trace) =>
    storedEvents(trace).some(({ eventType }) => MODEL_EVENTS.has(eventType)) || 'no model turns',

  check(trace, report) {
    const tell = (found: string, a: RecordedEvent, b: RecordedEvent) => report(violation(found, a, b));
    const events = storedEvents(trace);
    const doubled = checkAnswers(trace, events, tell);
    checkPrompts(events, doubled, tell);
    checkEmbeddings(events, tell);
  },
};

const MODEL_EVENTS = new Set<string>([
  'user_message',
  'llm_response',
  'embedding_request',
  'embedding_response',
]);

const storedEvents: (trace: Trace) => readonly RecordedEvent[] = perTrace((trace) => {
  const { events } = sendings(trace);
  return events.every(isStored) ? events : events.filter(isStored);
});

function isStored({ outcome }: RecordedEvent): boolean {
  return outcome.status === 'stored';
}

function violation(found: string, a: RecordedEvent, b: RecordedEvent): Violation {
  const [first, second] = a.seq < b.seq ? [a, b] : [b, a];
  const manual = first.representation === 'manual' && second.representation === 'proxied' ? first : second;
  const seen = (event: RecordedEvent) => seenEvent(event, { by: event.representation, text: excerpt(event) });
  return {
    kind: found,
    traceId: second.traceId,
    witness: [first.id, second.id],
    facts: {
      first: seen(first),
      second: seen(second),
      manual: seen(manual),
      model: bareModel(second.metadata?.['model']),
    } satisfies Pair,
  };
}

function excerpt(event: RecordedEvent): string | null {
  const text = event.eventType === 'llm_response' ? modelTurn(event).text : promptOf(event);
  return text === '' ? null : clip(text, 28);
}
