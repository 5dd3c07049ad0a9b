import { ask, CHARGE, chargeCard, proxied, type Scene } from './scene.ts';

/** The documented flows, as they should be written. None of them may have a finding. */
export const correctScenes: readonly Scene[] = [
  {
    title: 'Hybrid tracing: a proxied model call and a manual tool span on trace checkout-8841',
    async play(stage) {
      const traceId = 'checkout-8841';
      await stage.sdk.initAgent();
      stage.whyops.model.reply('Your card was charged 49.99 USD.');
      await ask(proxied(stage, traceId), 'Charge my card for the order.');
      const trace = stage.sdk.trace(traceId);
      const spanId = await trace.toolCallRequest('charge_card', CHARGE);
      const result = chargeCard();
      await trace.toolCallResponse('charge_card', spanId, CHARGE, result);
    },
  },
  {
    title: 'Cache-aware usage: 1200 + 240 + 8200 + 300 = 9940 tokens',
    async play({ sdk }) {
      await sdk.initAgent();
      const trace = sdk.trace('cached-answer');
      await trace.userMessage([{ role: 'user', content: 'Summarise the contract.' }]);
      await trace.llmResponse('anthropic/claude-sonnet-4-5', 'anthropic', 'Done.', {
        usage: {
          promptTokens: 1200,
          completionTokens: 240,
          totalTokens: 9940,
          cacheReadTokens: 8200,
          cacheCreationTokens: 300,
        },
        latencyMs: 860,
      });
    },
  },
  {
    title: 'Self-hosted URLs: both addresses set once, on the client',
    options: {
      proxyBaseUrl: 'https://proxy.internal.example.com',
      analyseBaseUrl: 'https://analyse.internal.example.com/api',
    },
    inMemory: true,
    async play(stage) {
      await stage.sdk.initAgent();
      await ask(proxied(stage, 'self-hosted-1'), 'Where do you run?');
      const trace = stage.sdk.trace('self-hosted-1');
      const spanId = await trace.toolCallRequest('charge_card', CHARGE);
      await trace.toolCallResponse('charge_card', spanId, CHARGE, chargeCard());
    },
  },
  {
    title: 'Explicit step ids: a framework that has stable ordered steps',
    async play({ sdk }) {
      await sdk.initAgent();
      const trace = sdk.trace('ordered-steps');
      await trace.userMessage([{ role: 'user', content: 'Charge my card.' }], { stepId: 1 });
      const spanId = await trace.toolCallRequest('charge_card', CHARGE, { stepId: 2, parentStepId: 1 });
      await trace.toolCallResponse('charge_card', spanId, CHARGE, chargeCard(), {
        stepId: 3,
        parentStepId: 2,
      });
      await trace.llmResponse('gpt-4o-mini', 'openai', 'Charged.', { stepId: 4, parentStepId: 3 });
    },
  },
  {
    title: 'An idempotent retry: the reply to the first attempt is lost, the key is the same',
    async play({ sdk, whyops }) {
      await sdk.initAgent();
      whyops.faults.next('ingest', { kind: 'store-then-drop' });
      const trace = sdk.trace('retried-once');
      const spanId = await trace.toolCallRequest('charge_card', CHARGE, {
        idempotencyKey: 'charge-1:request',
      });
      await trace.toolCallResponse('charge_card', spanId, CHARGE, chargeCard(), {
        idempotencyKey: 'charge-1:response',
      });
    },
  },
];
