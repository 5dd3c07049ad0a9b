import { ask, CHARGE, chargeCard, proxied, type Scene } from './scene.ts';

/** The mistakes that users make again and again. Each must be found by its rule. */
export const mistakeScenes: readonly Scene[] = [
  {
    title: 'trace() is called with a fresh id inside one workflow',
    mistake: 'stable-trace-id',
    async play({ sdk }) {
      await sdk.initAgent();
      const spanId = await sdk.trace('checkout-1').toolCallRequest('charge_card', CHARGE);
      await sdk.trace('checkout-2').toolCallResponse('charge_card', spanId, CHARGE, chargeCard());
    },
  },
  {
    title: 'A proxied model turn is reported by hand as well',
    mistake: 'single-representation',
    async play(stage) {
      await stage.sdk.initAgent();
      stage.whyops.model.reply('It is sunny.');
      const completion = await ask(proxied(stage, 'weather-1'), 'How is the weather?');
      const answer = completion.choices[0]?.message.content ?? '';
      await stage.sdk.trace('weather-1').llmResponse('gpt-4o-mini', 'openai', answer);
    },
  },
  {
    title: 'The tool response does not reuse the span id of its request',
    mistake: 'span-reuse',
    async play({ sdk }) {
      await sdk.initAgent();
      const trace = sdk.trace('refund-17');
      await trace.toolCallRequest('charge_card', CHARGE);
      await trace.toolCallResponse('charge_card', 'span-of-my-own', CHARGE, chargeCard());
    },
  },
  {
    title: 'One request overrides the URL instead of the client',
    mistake: 'single-base-url',
    options: {
      proxyBaseUrl: 'https://proxy.internal.example.com',
      analyseBaseUrl: 'https://analyse.internal.example.com/api',
    },
    inMemory: true,
    async play(stage) {
      await stage.sdk.initAgent();
      const client = proxied(stage, 'two-urls');
      await ask(client, 'First question.');
      await ask(client.withOptions({ baseURL: 'https://proxy.whyops.com/v1' }), 'Second question.');
    },
  },
  {
    title: 'The trace header is assigned to a client that ignores the assignment',
    mistake: 'trace-header',
    async play(stage) {
      await stage.sdk.initAgent();
      const client = proxied(stage, null);
      (client as unknown as Record<string, unknown>)['defaultHeaders'] = { 'X-Trace-ID': 'header-1' };
      await ask(client, 'Where does this call land?');
      const trace = stage.sdk.trace('header-1');
      const spanId = await trace.toolCallRequest('charge_card', CHARGE);
      await trace.toolCallResponse('charge_card', spanId, CHARGE, chargeCard());
    },
  },
  {
    title: 'Step ids go backwards',
    mistake: 'step-order',
    async play({ sdk }) {
      await sdk.initAgent();
      const trace = sdk.trace('steps-back');
      await trace.userMessage([{ role: 'user', content: 'Charge my card.' }], { stepId: 2 });
      await trace.llmResponse('gpt-4o-mini', 'openai', 'Charged.', { stepId: 1 });
    },
  },
  {
    title: 'A parent step is given without a step id',
    mistake: 'parent-step',
    async play({ sdk }) {
      await sdk.initAgent();
      const trace = sdk.trace('parent-alone');
      await trace.userMessage([{ role: 'user', content: 'Charge my card.' }]);
      const spanId = await trace.toolCallRequest('charge_card', CHARGE);
      await trace.toolCallResponse('charge_card', spanId, CHARGE, chargeCard(), { parentStepId: 1 });
    },
  },
  {
    title: 'A retry wrapper makes a new idempotency key for each attempt',
    mistake: 'idempotency-key',
    async play({ sdk, whyops }) {
      await sdk.initAgent();
      const trace = sdk.trace('two-keys');
      const timestamp = '2026-01-01T00:00:00.000Z';
      const spanId = 'charge-1';
      // The event is stored, but the answer says that it was not.
      whyops.faults.next('ingest', { kind: 'store-then-status', status: 400 });
      await trace.toolCallRequest('charge_card', CHARGE, { spanId, timestamp, idempotencyKey: 'attempt-1' });
      await trace.toolCallRequest('charge_card', CHARGE, { spanId, timestamp, idempotencyKey: 'attempt-2' });
      await trace.toolCallResponse('charge_card', spanId, CHARGE, chargeCard());
    },
  },
  {
    title: 'Cached tokens are counted twice',
    mistake: 'usage-total',
    async play({ sdk }) {
      await sdk.initAgent();
      const trace = sdk.trace('counted-twice');
      await trace.userMessage([{ role: 'user', content: 'Summarise the contract.' }]);
      await trace.llmResponse('gpt-4o-mini', 'openai', 'Done.', {
        usage: { promptTokens: 1200, completionTokens: 240, totalTokens: 2440, cacheReadTokens: 1000 },
      });
    },
  },
];
