import { requirement } from '../requirement.ts';
import { shown, manual, storedAtLeast, storedOf } from './observe.ts';
import type { Answer } from '../protocol.ts';

const CALLS = [{ name: 'search', arguments: { query: 'order 17' } }];
const valueOf = (answer: Answer | undefined) =>
  answer && 'ok' in answer && answer.ok ? answer.value : undefined;

export const spanReturned = requirement({
  id: 'span-returned',
  level: 'MUST',
  group: 'spans',
  sentence: 'toolCallRequest returns the span id that it sent.',
  consequence:
    'The response cannot carry the span of its request: the backend reports a missing and an orphan tool response.',
  source: 'Documented: use the same value across request and response.',
  needs: ['events'],
  checks: {
    returned: 'The returned value is the span id on the wire: a non-empty string of at most 128 characters.',
    distinct: 'Two requests get two spans.',
    'empty-given': 'For spanId "" a real span id is made, and the returned one is it.',
    given: 'A span id that the application gives is kept.',
    response: 'The response carries the span id it was given.',
  },
  async drive(stage) {
    const scene = await stage.scene();
    const request = (traceId: string, options = {}) =>
      scene.call('toolCallRequest', { tool: 'search', toolCalls: CALLS }, options, { traceId });
    const plain = valueOf(await request('plain'));
    const again = valueOf(await request('again'));
    const empty = valueOf(await request('empty', { spanId: '' }));
    const given = valueOf(await request('given', { spanId: 'span-of-the-application' }));
    await scene.call(
      'toolCallResponse',
      { tool: 'search', spanId: 'span-17', toolCalls: CALLS, toolResults: { found: 1 } },
      {},
      { traceId: 'response' },
    );
    return { returned: { plain, again, empty, given }, ...(await scene.seen(storedAtLeast(5))) };
  },
  judge(seen, verdict) {
    const sent = (traceId: string) =>
      storedOf(seen, 'tool_call_request').find((event) => event.traceId === traceId)?.sent?.spanId;
    const { plain, again, empty, given } = seen.returned;
    const witness = (traceId: string) =>
      manual(seen)
        .filter((event) => event.traceId === traceId)
        .map(shown);
    verdict.that(
      'returned',
      isSpanId(plain) && plain === sent('plain'),
      `Returned was ${JSON.stringify(plain)}, sent was ${JSON.stringify(sent('plain'))}.`,
      witness('plain'),
    );
    verdict.that(
      'distinct',
      sent('plain') !== undefined && sent('plain') !== sent('again'),
      `Both requests went out as span ${JSON.stringify(sent('plain'))} (returned: ${JSON.stringify(again)}).`,
      [...witness('plain'), ...witness('again')],
    );
    verdict.that(
      'empty-given',
      isSpanId(empty) && empty === sent('empty'),
      `Returned was ${JSON.stringify(empty)}, sent was ${JSON.stringify(sent('empty'))}.`,
      witness('empty'),
    );
    verdict.that(
      'given',
      given === 'span-of-the-application' && sent('given') === given,
      `Given was "span-of-the-application", returned ${JSON.stringify(given)}, sent ${JSON.stringify(sent('given'))}.`,
      witness('given'),
    );
    const response = storedOf(seen, 'tool_call_response')[0]?.sent?.spanId;
    verdict.that(
      'response',
      response === 'span-17',
      `The response to span "span-17" arrived with ${JSON.stringify(response)}.`,
      witness('response'),
    );
  },
});

function isSpanId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 128;
}
