import { isPlainObject } from '../recording/canonical.ts';
import type { RecordedEvent } from '../recording/event.ts';
import { bareModel, fold, type ModelTurn, modelTurn, textOf, turnKey } from '../recording/model-turn.ts';
import { perTrace } from '../recording/per-trace.ts';
import { sendings } from '../recording/sendings.ts';
import type { Trace } from '../recording/trace.ts';
import { turnOf } from '../recording/turns.ts';
import { kind, type Rule, type Violation } from './rule.ts';
import { line, type Seen, seenEvent } from './seen.ts';
import { clip, quote } from './text.ts';

type Pair = { readonly first: Seen; readonly second: Seen; readonly manual: Seen; readonly model: string };

const steps = ({ first, second }: Pair) => [line(first), line(second)];
const onlyOne = ({ manual }: Pair) =>
  `drop the manual ${manual.what} (${manual.id}): the proxy records the turn. Or call the model without the proxy.`;

/** A turn of a trace: what lies between two prompts, user messages or tool results. */
class Reported {
  readonly turn: ModelTurn;
  readonly number: number;
  #said: string | null | undefined;

  constructor(turn: ModelTurn, number: number) {
    this.turn = turn;
    this.number = number;
  }

  /** Model and answer, equal for equal answers; `null` when there is none. */
  get said(): string | null {
    if (this.#said === undefined) {
      const key = turnKey(this.turn);
      this.#said = key === null ? null : JSON.stringify([this.turn.model, key]);
    }
    return this.#said;
  }
}

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
    const doubled = checkAnswers(trace, tell);
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

type Tell = (found: string, a: RecordedEvent, b: RecordedEvent) => void;

const storedEvents: (trace: Trace) => readonly RecordedEvent[] = perTrace((trace) => {
  const { events } = sendings(trace);
  return events.every(isStored) ? events : events.filter(isStored);
});

function isStored({ outcome }: RecordedEvent): boolean {
  return outcome.status === 'stored';
}

/** @returns the manual events that repeat a proxied one. */
function checkAnswers(trace: Trace, tell: Tell): ReadonlySet<RecordedEvent> {
  if (!mayRepeat(storedEvents(trace))) return NONE;
  const proxied: Reported[] = [];
  const manual: Reported[] = [];
  const turnOfCall = new Map<string | null, number>();
  let number = 0;
  for (const event of storedEvents(trace)) {
    if (separates(event)) {
      number += 1;
      if (event.representation === 'proxied') turnOfCall.set(event.exchangeId, number);
    }
    if (event.eventType !== 'llm_response') continue;
    const isProxied = event.representation === 'proxied';
    const own = isProxied ? turnOfCall.get(event.exchangeId) : undefined;
    (isProxied ? proxied : manual).push(new Reported(turnOf(trace, event), own ?? number));
  }
  const doubled = new Set<RecordedEvent>();
  const taken = new Set<Reported>();
  const match = (
    place: (reported: Reported) => string | null,
    found: (p: Reported, m: Reported) => string,
  ) => {
    if (taken.size === proxied.length) return;
    const waiting = grouped(
      proxied.filter((reported) => !taken.has(reported)),
      place,
    );
    for (const reported of manual) {
      if (doubled.has(reported.turn.event) || reported.turn.event.representation !== 'manual') continue;
      const twin = waiting.get(place(reported) ?? '')?.shift();
      if (!twin) continue;
      taken.add(twin);
      doubled.add(reported.turn.event);
      tell(found(twin, reported), twin.turn.event, reported.turn.event);
    }
  };
  const said = (reported: Reported) => reported.said;
  const inTurn = ({ turn, number: at }: Reported) =>
    turn.model === '' ? null : JSON.stringify([at, turn.model]);
  match(
    (reported) => said(reported) && `${reported.number} ${said(reported)}`,
    () => 'proxied-and-manual',
  );
  match(said, () => 'proxied-and-manual');
  match(inTurn, (p, m) => (sameUsage(p, m) ? 'proxied-and-manual-same-usage' : 'proxied-and-manual-likely'));

  const firstSaid = new Map<string, Reported>();
  const firstCost = new Map<string, Reported>();
  for (const [index, reported] of manual.entries()) {
    // Only what shares a turn with another report can repeat it; the turns count up.
    const { number: at } = reported;
    if (manual[index - 1]?.number !== at && manual[index + 1]?.number !== at) continue;
    if (doubled.has(reported.turn.event)) continue;
    const words = said(reported) && `${reported.number} ${said(reported)}`;
    const cost = usageKey(reported) && `${inTurn(reported)} ${usageKey(reported)}`;
    const same = words ? firstSaid.get(words) : undefined;
    const alike = cost ? firstCost.get(cost) : undefined;
    if (same) tell('reported-twice', same.turn.event, reported.turn.event);
    else if (alike) tell('reported-twice-likely', alike.turn.event, reported.turn.event);
    if (words && !same) firstSaid.set(words, reported);
    if (cost && !alike) firstCost.set(cost, reported);
  }
  return doubled;
}

const NONE: ReadonlySet<RecordedEvent> = new Set();

/** Whether an answer can be another one's copy at all: the proxy sent some of them, or two share a turn. */
function mayRepeat(events: readonly RecordedEvent[]): boolean {
  let answered = false;
  for (const event of events) {
    if (event.eventType === 'llm_response') {
      if (answered || event.representation === 'proxied') return true;
      answered = true;
    } else if (separates(event)) answered = false;
  }
  return false;
}

/** A prompt and its copy stand side by side, with no answer between them, or the copy follows the answer. */
function checkPrompts(
  events: readonly RecordedEvent[],
  doubled: ReadonlySet<RecordedEvent>,
  tell: Tell,
): void {
  if (!hasBoth(events, 'user_message')) return;
  let prompt: RecordedEvent | undefined; // the last proxied prompt that has no copy yet
  let copy: RecordedEvent | undefined; // the last manual user message that no answer followed
  let answered = false;
  let late: readonly [RecordedEvent, RecordedEvent] | undefined; // a copy after the answer, to be judged by what follows
  for (const event of events) {
    if (event.eventType === 'llm_response') {
      if (late && event.representation === 'manual' && !doubled.has(event)) late = undefined;
      copy = undefined;
      answered = true;
    } else if (event.eventType === 'tool_result' && event.representation === 'proxied') {
      prompt = copy = undefined;
    } else if (event.eventType === 'user_message' && event.representation === 'proxied') {
      if (copy)
        tell(promptOf(copy) === promptOf(event) ? 'prompt-twice' : 'prompt-twice-likely', copy, event);
      prompt = copy ? undefined : event;
      copy = undefined;
      answered = false;
    } else if (event.eventType === 'user_message' && event.representation === 'manual') {
      const same = prompt !== undefined && promptOf(prompt) === promptOf(event);
      if (prompt && !answered) {
        tell(same ? 'prompt-twice' : 'prompt-twice-likely', prompt, event);
        prompt = undefined;
      } else if (prompt && same) {
        if (late) tell('prompt-twice', ...late);
        late = [prompt, event];
        prompt = undefined;
      } else copy = event;
    }
  }
  if (late) tell('prompt-twice', ...late);
}

/** Whether there can be a copy at all: the proxy and an SDK both sent events of this kind. */
function hasBoth(events: readonly RecordedEvent[], kindOfEvent: string): boolean {
  let proxied = false;
  let manual = false;
  for (const { eventType, representation } of events) {
    if (!eventType.startsWith(kindOfEvent)) continue;
    proxied ||= representation === 'proxied';
    manual ||= representation === 'manual';
  }
  return proxied && manual;
}

function checkEmbeddings(events: readonly RecordedEvent[], tell: Tell): void {
  if (!hasBoth(events, 'embedding_')) return;
  const of = (event: RecordedEvent) => {
    if (!isPlainObject(event.content)) return '';
    const { input, embeddingCount } = event.content;
    return event.eventType === 'embedding_request'
      ? JSON.stringify(['input', typeof input === 'string' ? [input] : input])
      : JSON.stringify(['output', embeddingCount, bareModel(event.metadata?.['model'])]);
  };
  const embedding = events.filter(({ eventType }) => eventType.startsWith('embedding_'));
  const waiting = grouped(
    embedding.filter(({ representation }) => representation === 'proxied'),
    of,
  );
  let requested = false; // a response belongs to the manual request before it, which was compared already
  for (const event of embedding) {
    if (event.representation !== 'manual') continue;
    const isRequest = event.eventType === 'embedding_request';
    const twin = isRequest || !requested ? waiting.get(of(event))?.shift() : undefined;
    if (twin) tell('embedding-twice', twin, event);
    requested = isRequest;
  }
}

/** What ends a turn: the next prompt, user message or tool result. */
function separates({ eventType, representation }: RecordedEvent): boolean {
  if (eventType === 'user_message' || eventType === 'tool_result' || eventType === 'tool_call_response')
    return true;
  return representation === 'proxied' && eventType === 'embedding_request';
}

function sameUsage(a: Reported, b: Reported): boolean {
  const key = usageKey(a);
  return key !== null && key === usageKey(b);
}

function usageKey({ turn: { usage } }: Reported): string | null {
  if (!usage?.['promptTokens'] || !usage['completionTokens']) return null;
  return JSON.stringify([usage['promptTokens'], usage['completionTokens']]);
}

/** The text of the last user message of a prompt, in whatever shape it was sent. */
function promptOf({ content }: RecordedEvent): string {
  const messages =
    isPlainObject(content) && Array.isArray(content['messages']) ? content['messages'] : content;
  if (!Array.isArray(messages)) return fold(textOf(messages));
  const last = messages.findLast(
    (message) => isPlainObject(message) && message['role'] === 'user',
  ) as unknown;
  return fold(textOf(last ?? messages));
}

function grouped<Item>(
  items: readonly Item[],
  place: (item: Item) => string | null,
): Map<string, Queue<Item>> {
  const groups = new Map<string, Queue<Item>>();
  for (const item of items) {
    const at = place(item);
    if (!at) continue;
    const group = groups.get(at);
    if (group) group.push(item);
    else groups.set(at, new Queue(item));
  }
  return groups;
}

/** First in, first out in constant time, also for a trace of a hundred thousand equal turns. */
class Queue<Item> {
  readonly #items: Item[];
  #next = 0;
  constructor(first: Item) {
    this.#items = [first];
  }
  push(item: Item): void {
    this.#items.push(item);
  }
  shift(): Item | undefined {
    return this.#items[this.#next++];
  }
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
