import { type Answer, isUnsupported } from '../protocol.ts';
import { requirement } from '../requirement.ts';
import { decided, manual, plural, reportOf, shown, stored, storedAtLeast } from './observe.ts';
import { sameJson } from './same-json.ts';

const GROUP = 'values';

const zero = requirement({
  id: 'zero-is-a-value',
  level: 'MUST',
  group: GROUP,
  sentence: 'Zero is sent, not dropped.',
  consequence: 'A cached answer that took 0 ms or cost 0 tokens looks like one that was never measured.',
  source: 'Observed with published SDKs: zero values are left out of the payload.',
  needs: ['events'],
  checks: {
    latencyMs: 'latencyMs: 0 arrives as 0.',
    usage: 'Token counts of 0 arrive as 0.',
    status: 'The status 0 of an error arrives as 0.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.call(
      'llmResponse',
      { model: 'gpt-4o-mini', provider: 'openai', content: 'cached' },
      { latencyMs: 0, usage: NOTHING },
    );
    await scene.call('error', { message: 'offline' }, { status: 0 });
    return scene.seen(storedAtLeast(2));
  },
  judge(seen, verdict) {
    const [response, error] = [
      stored(seen).find((event) => event.eventType === 'llm_response'),
      stored(seen).find((event) => event.eventType === 'error'),
    ];
    const { latencyMs, usage } = response?.metadata ?? {};
    const status = (error?.content as { status?: unknown } | undefined)?.status;
    const witness = manual(seen).map(shown);
    verdict.that(
      'latencyMs',
      latencyMs === 0,
      `latencyMs 0 arrived as ${JSON.stringify(latencyMs)}.`,
      witness,
    );
    verdict.that(
      'usage',
      sameJson(usage, NOTHING),
      `The usage ${JSON.stringify(NOTHING)} arrived as ${JSON.stringify(usage)}.`,
      witness,
    );
    verdict.that('status', status === 0, `The status 0 arrived as ${JSON.stringify(status)}.`, witness);
  },
});

const NOTHING = { promptTokens: 12, completionTokens: 0, totalTokens: 12, cacheReadTokens: 0 };

const noContent = requirement({
  id: 'null-content',
  level: 'MUST',
  group: GROUP,
  sentence: 'An answer without text is sent without text, and absent fields are absent.',
  consequence:
    'An empty string reads as an answer that said nothing; null in any other field is refused with 400.',
  source: 'Documented: llm_response content is string or null. Observed: validation/*/null.',
  needs: ['events'],
  checks: {
    content: 'A null content arrives as null or not at all, beside its tool calls.',
    absent: 'No field of the event is null.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    const answer = await scene.call(
      'llmResponse',
      { model: 'gpt-4o-mini', provider: 'openai', content: null },
      { toolCalls: [TOOL_CALL], finishReason: 'tool_calls' },
    );
    return { answer, ...(await scene.seen(isUnsupported(answer) ? undefined : storedAtLeast(1))) };
  },
  judge(seen, verdict) {
    if (isUnsupported(seen.answer)) {
      verdict.that('content', false, 'The SDK cannot report an answer without text.');
      verdict.unsupported('absent', 'The SDK cannot report an answer without text.');
      return;
    }
    const content = stored(seen)[0]?.content as Record<string, unknown> | undefined;
    verdict.that(
      'content',
      content !== undefined &&
        (content['content'] ?? null) === null &&
        sameJson(content['toolCalls'], [TOOL_CALL]),
      `The content arrived as ${JSON.stringify(content)}.`,
      manual(seen).map(shown),
    );
    const body = seen.exchanges.find((exchange) => exchange.route === 'ingest')?.request;
    const events = (Array.isArray(body) ? body : [body]) as (Record<string, unknown> | undefined)[];
    const nulls = events.flatMap((event) =>
      Object.entries(event ?? {}).filter(([name, value]) => value === null && name !== 'content'),
    );
    verdict.that('absent', nulls.length === 0, `Sent as null: ${nulls.map(([name]) => name).join(', ')}.`);
  },
});

const TOOL_CALL = { id: 'call_1', function: { name: 'search', arguments: '{}' } };

const emptyLists = requirement({
  id: 'empty-is-not-null',
  level: 'MUST',
  group: GROUP,
  sentence: 'Empty lists and objects stay lists and objects.',
  consequence: 'null where a list belongs breaks every reader of the trace.',
  source: 'Observed with published SDKs whose language has null slices.',
  needs: ['events'],
  checks: {
    inputs: 'An embedding request for no inputs sends an empty list.',
    arguments: 'A tool call without arguments sends an empty object.',
    results: 'A tool without results sends an empty object.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.call('embeddingRequest', { inputs: [] });
    await scene.call('toolCallResponse', {
      tool: 'ping',
      spanId: 'span-empty',
      toolCalls: [{ name: 'ping', arguments: {} }],
      toolResults: {},
    });
    return scene.seen(storedAtLeast(2));
  },
  judge(seen, verdict) {
    const contentOf = (type: string) =>
      stored(seen).find((event) => event.eventType === type)?.content as Record<string, unknown> | undefined;
    const input = contentOf('embedding_request')?.['input'];
    const response = contentOf('tool_call_response');
    const calls = response?.['toolCalls'] as { arguments?: unknown }[] | undefined;
    const witness = manual(seen).map(shown);
    verdict.that('inputs', sameJson(input, []), `The input arrived as ${JSON.stringify(input)}.`, witness);
    verdict.that(
      'arguments',
      sameJson(calls?.[0]?.arguments, {}),
      `The tool calls arrived as ${JSON.stringify(calls)}.`,
      witness,
    );
    verdict.that(
      'results',
      sameJson(response?.['toolResults'], {}),
      `The results arrived as ${JSON.stringify(response?.['toolResults'])}.`,
      witness,
    );
  },
});

/** Emoji with joiners, right to left, a line separator, a zero-width space, a combining mark, quotes and a tab. */
const TEXT = '👩‍👩‍👧 שלום\u2028 a\u200bb é "quoted"\ttab\r\nnew line';

const unicode = requirement({
  id: 'unicode-survives',
  level: 'MUST',
  group: GROUP,
  sentence: 'Text arrives as it was given, whatever it is written in.',
  consequence: 'What the agent really said cannot be read from its trace.',
  source: 'JSON is UTF-8; U+2028 is content, no line end.',
  needs: ['events'],
  checks: { text: 'A message of many scripts and separators arrives unchanged.' },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.call('toolResult', { toolName: 'echo', output: { text: TEXT } });
    return scene.seen(storedAtLeast(1));
  },
  judge(seen, verdict) {
    const output = (stored(seen)[0]?.content as { output?: unknown } | undefined)?.output;
    verdict.that(
      'text',
      sameJson(output, { text: TEXT }),
      `${JSON.stringify(TEXT)} arrived as ${JSON.stringify(output)}.`,
      manual(seen).map(shown),
    );
  },
});

const unstorable = requirement({
  id: 'unstorable-text',
  level: 'SHOULD',
  group: GROUP,
  sentence: 'Text that the backend cannot store does not lose the event.',
  consequence:
    'A NUL byte or half an emoji in a tool result makes the backend drop the whole event behind a 202.',
  source: 'Observed: validation/*/content/nul-char, lone-surrogate (500, or a dead letter when queued).',
  needs: ['events'],
  checks: {
    nul: 'An event with U+0000 in its content is stored, with whatever stands for it.',
    'half-surrogate': 'An event with half a surrogate pair is stored, with whatever stands for it.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.call('toolResult', { toolName: 'nul', output: { text: 'a\u0000b' } }, {}, { traceId: 'nul' });
    await scene.call(
      'toolResult',
      { toolName: 'half', output: { text: 'cut \ud83d' } },
      {},
      { traceId: 'half' },
    );
    return scene.seen(decided(2));
  },
  judge(seen, verdict) {
    for (const [check, trace] of [
      ['nul', 'nul'],
      ['half-surrogate', 'half'],
    ] as const) {
      const sent = manual(seen).filter((event) => event.traceId === trace);
      verdict.that(
        check,
        stored(seen).some((event) => event.traceId === trace),
        sent.length === 0
          ? 'The event was never sent.'
          : `The event became ${JSON.stringify(sent[0]?.outcome)}.`,
        sent.map(shown),
      );
    }
  },
});

const LARGE = 'The quick brown fox. '.repeat(100_000);

const large = requirement({
  id: 'large-content',
  level: 'MUST',
  group: GROUP,
  sentence: 'Two megabytes of content arrive whole.',
  consequence: 'The long answers, which are the ones worth looking at, are missing.',
  source: 'Observed: body/big-* (20 MB are accepted).',
  needs: ['events'],
  checks: { whole: 'A tool result of 2.1 million characters arrives whole.' },
  async drive(stage) {
    const scene = await stage.scene();
    await scene.call('toolResult', { toolName: 'read', output: { text: LARGE } });
    return scene.seen(storedAtLeast(1));
  },
  judge(seen, verdict) {
    const output = (stored(seen)[0]?.content as { output?: { text?: unknown } } | undefined)?.output?.text;
    verdict.that(
      'whole',
      output === LARGE,
      `Of ${LARGE.length} characters ${typeof output === 'string' ? output.length : 'none'} arrived.`,
    );
  },
});

const wholeNumbers = requirement({
  id: 'whole-milliseconds',
  level: 'SHOULD',
  group: GROUP,
  sentence: 'A fractional latency does not lose the event.',
  consequence:
    'Clocks such as performance.now() give fractions; the backend accepts 12.5 with 202 and then drops the event.',
  source: 'Observed: validation/*/metadata-typed/latency-float, queued/latency-float.',
  needs: ['events'],
  checks: { stored: 'An event with latencyMs 12.5 is stored, with a whole number.' },
  async drive(stage) {
    const scene = await stage.scene();
    const answer = await scene.call(
      'llmResponse',
      { model: 'gpt-4o-mini', provider: 'openai', content: 'ok' },
      { latencyMs: 12.5 },
    );
    return { answer, ...(await scene.seen(isUnsupported(answer) ? undefined : decided(1))) };
  },
  judge(seen, verdict) {
    if (isUnsupported(seen.answer)) return verdict.unsupported('stored', 'The SDK takes whole numbers only.');
    const latency = stored(seen)[0]?.metadata?.['latencyMs'];
    verdict.that(
      'stored',
      Number.isInteger(latency),
      `The event with latencyMs 12.5 became ${JSON.stringify(manual(seen)[0]?.outcome)}.`,
      manual(seen).map(shown),
    );
  },
});

/** Values that the backend refuses with 400, behind the back of the caller. */
const ILLEGAL: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'step-zero': { stepId: 0 },
  'step-negative': { stepId: -1 },
  'parent-zero': { stepId: 2, parentStepId: 0 },
  'span-too-long': { spanId: 's'.repeat(129) },
  'key-too-long': { idempotencyKey: 'k'.repeat(129) },
  'user-too-long': { externalUserId: 'u'.repeat(256) },
  'time-with-offset': { timestamp: '2026-01-31T12:00:00+01:00' },
};

const illegal = requirement({
  id: 'illegal-ids',
  level: 'SHOULD',
  group: GROUP,
  sentence: 'An id or time that the backend would refuse is corrected or reported, never lost in silence.',
  consequence: 'The event is refused with 400, and unless that is passed on it is simply missing.',
  source: 'Observed: validation/single/* (limits of 128 and 255 characters, steps from 1, times in Z).',
  needs: ['events'],
  checks: Object.fromEntries(
    Object.entries(ILLEGAL).map(([id, given]) => [
      id,
      `${Object.keys(given).at(-1)} out of its limits is stored in a legal form or reported.`,
    ]),
  ),
  async drive(stage) {
    const scene = await stage.sceneWithOwnDriver();
    const answers: Record<string, { answer: Answer; logged: boolean }> = {};
    for (const [id, options] of Object.entries(ILLEGAL)) {
      const mark = scene.logged;
      const answer = await scene.say(id, id, options);
      const visible = isUnsupported(answer) || reportOf(answer) !== null;
      const logged = visible ? false : await scene.untilReaction((now) => storedFor(id, now), mark);
      answers[id] = { answer, logged: logged || scene.logged > mark };
    }
    return { reactions: answers, ...(await scene.seen()) };
  },
  judge(seen, verdict) {
    for (const [id, { answer, logged }] of Object.entries(seen.reactions)) {
      if (isUnsupported(answer)) {
        verdict.unsupported(id, 'The SDK takes no such value.');
        continue;
      }
      const arrived = stored(seen).some((event) => event.traceId === id);
      const sent = manual(seen).filter((event) => event.traceId === id);
      verdict.that(
        id,
        arrived || logged || reportOf(answer) !== null,
        `${JSON.stringify(ILLEGAL[id])}: ${plural(sent.length, 'attempt')}, nothing stored, nothing thrown, returned or logged.`,
        sent.map(shown),
      );
    }
  },
});

/** A refusal is not the end: the SDK may be about to report it. */
function storedFor(traceId: string, seen: Parameters<typeof stored>[0]): boolean {
  return stored(seen).some((event) => event.traceId === traceId);
}

export const values = [zero, noContent, emptyLists, unicode, unstorable, large, wholeNumbers, illegal];
