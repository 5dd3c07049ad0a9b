import { runSuites, suite } from '../harness/marked.ts';

const inAgent = suite(
  (body) => `import { WhyOps } from '@whyops/sdk';
const whyops = new WhyOps({ apiKey, agentName: 'planner', agentMetadata });
async function agent(traceId, parent) {
  const trace = whyops.trace(traceId);
  ${body}
}`,
);
const { valid, invalid } = inAgent;

valid('no steps at all', `await trace.userMessage(messages);`);
valid('options without steps', `await trace.userMessage(messages, { externalUserId: 'u1' });`);
valid('a step without a parent', `await trace.userMessage(messages, { stepId: 1 });`);
valid('a parent before its step', `await trace.error('late', { stepId: 2, parentStepId: 1 });`);
valid('a distant parent', `await trace.error('late', { parentStepId: 1, stepId: 17 });`);
valid(
  'every kind of event with a step and its parent',
  `await trace.llmResponse('gpt-5', 'openai', 'Hi', { stepId: 2, parentStepId: 1 });
  await trace.llmThinking('Hm', { stepId: 3, parentStepId: 2 });
  await trace.embeddingRequest(['a'], { stepId: 4, parentStepId: 3 });
  await trace.embeddingResponse('e', 'openai', { embeddingCount: 1 }, { stepId: 5, parentStepId: 4 });
  const span = await trace.toolCallRequest('search', [], { stepId: 6, parentStepId: 5 });
  await trace.toolCallResponse('search', span, [], {}, { stepId: 7, parentStepId: 6 });
  await trace.toolResult('search', {}, { stepId: 8, parentStepId: 7 });`,
);
valid(
  'steps that are counted by the framework',
  `await trace.error('late', { stepId: step.id, parentStepId: step.parent });`,
);
valid(
  'a parent that is counted down',
  `await trace.error('late', { stepId: step, parentStepId: step - 1 });`,
);
valid(
  'a step that is counted up in place',
  `let step = 1; await trace.error('late', { stepId: ++step, parentStepId: step - 1 });`,
);
valid(
  'a parent that keeps what the step was before',
  `let step = 1; const before = step; step++; await trace.error('late', { stepId: step, parentStepId: before });`,
);
valid('a step that comes with a spread', `await trace.error('late', { parentStepId: 1, ...position });`);
valid(
  'a step that is sent when there is one',
  `await trace.error('late', { parentStepId: 1, ...(step && { stepId: step }) });`,
);
valid('a step under a computed name', `await trace.error('late', { parentStepId: 1, [name]: 2 });`);
valid('a parent that is left undefined', `await trace.error('late', { parentStepId: undefined });`);
valid('a first step without a parent', `await trace.error('late', { stepId: 1, parentStepId: undefined });`);
valid('a parent of null is not sent', `await trace.error('late', { parentStepId: null });`);
valid('a parent of 0 is not sent', `await trace.error('late', { parentStepId: 0 });`);
valid('options that come from elsewhere', `await trace.error('late', options);`);
valid(
  'options that are filled in later',
  `const options = { parentStepId: 1 }; options.stepId = 2; await trace.error('late', options);`,
);
valid(
  'options that are handed to another function first',
  `const options = { parentStepId: 1 }; number(options); await trace.error('late', options);`,
);
valid('arguments that are spread', `await trace.error(...all, { parentStepId: 1 });`);
valid('the same names in another object', `await queue.add('late', { parentStepId: 1 });`);
valid(
  'a method of the same name on something else',
  `const logger = console; logger.error('late', { parentStepId: 2, stepId: 1 });`,
);
// FN: a step that may be missing is only missing on some path.
valid('a step that may be undefined', `await trace.error('late', { parentStepId: 1, stepId: maybe });`);
// FN: whether two variables hold steps in the right order is not followed.
valid('two variables', `await trace.error('late', { parentStepId: parent, stepId: step });`);
// FN: a string is no step, but the type says so already.
valid('steps as text', `await trace.error('late', { parentStepId: '2', stepId: '1' });`);

const message =
  '`error` sends `parentStepId` without `stepId`: WhyOps then replaces the parent by the last step. Send both, or neither.';
invalid('a parent without a step', `await trace.error('late', { ⟦parentStepId: 1⟧ });`, [
  { messageId: 'withoutStep', message, suggestions: [['removeParent', `await trace.error('late', {  });`]] },
]);
invalid(
  'a parent without a step before other options',
  `await trace.error('late', { ⟦parentStepId: parent⟧, latencyMs: 3 });`,
  [
    {
      messageId: 'withoutStep',
      suggestions: [['removeParent', `await trace.error('late', { latencyMs: 3 });`]],
    },
  ],
);
invalid(
  'a parent without a step after other options',
  `await trace.toolCallRequest('search', calls, { spanId, ⟦parentStepId: 1⟧ });`,
  [
    {
      messageId: 'withoutStep',
      suggestions: [['removeParent', `await trace.toolCallRequest('search', calls, { spanId });`]],
    },
  ],
);
invalid('a step that is undefined', `await trace.error('late', { ⟦parentStepId: 1⟧, stepId: undefined });`, [
  {
    messageId: 'withoutStep',
    suggestions: [['removeParent', `await trace.error('late', { stepId: undefined });`]],
  },
]);
invalid('a step of 0, which the SDK drops', `await trace.error('late', { stepId: 0, ⟦parentStepId: 1⟧ });`, [
  { messageId: 'withoutStep', suggestions: [['removeParent', `await trace.error('late', { stepId: 0 });`]] },
]);
invalid(
  'options in a constant',
  `const options = { ⟦parentStepId: 1⟧ }; await trace.error('late', options);`,
  [
    {
      messageId: 'withoutStep',
      suggestions: [['removeParent', `const options = {  }; await trace.error('late', options);`]],
    },
  ],
);
invalid(
  'a spread that comes first cannot take the parent away, and a step is still missing after it',
  `const base = { latencyMs: 1 }; await trace.error('late', { stepId: 1, ⟦parentStepId: 1⟧ });`,
  ['notEarlier'],
);
invalid('a step that is its own parent', `await trace.error('late', { stepId: 2, ⟦parentStepId: 2⟧ });`, [
  {
    messageId: 'notEarlier',
    message: '`parentStepId` (2) is not earlier than `stepId` (2): a parent is a step that came before.',
  },
]);
invalid('a parent that comes later', `await trace.error('late', { stepId: 2, ⟦parentStepId: 3⟧ });`, [
  'notEarlier',
]);
invalid(
  'constants in the wrong order',
  `const plan = 1; const act = plan + 1; await trace.error('late', { stepId: plan, ⟦parentStepId: act⟧ });`,
  ['notEarlier'],
);
invalid('one variable for both', `await trace.error('late', { stepId: parent, ⟦parentStepId: parent⟧ });`, [
  'notEarlier',
]);
invalid(
  'a parent that is counted up',
  `await trace.error('late', { stepId: parent, ⟦parentStepId: parent + 1⟧ });`,
  ['notEarlier'],
);
invalid(
  'a step that is counted down',
  `await trace.error('late', { stepId: parent - 2, ⟦parentStepId: parent - 1⟧ });`,
  ['notEarlier'],
);
invalid(
  'every event is looked at',
  `const span = await trace.toolCallRequest('search', [], { stepId: 1, ⟦parentStepId: 1⟧ });
  await trace.toolCallResponse('search', span, [], {}, { stepId: 2, ⟦parentStepId: 4⟧ });`,
  ['notEarlier', 'notEarlier'],
);
invalid(
  'the options of an embedding response whose numbers stand apart',
  `await trace.embeddingResponse('e', 'openai', 3, 1536, { stepId: 1, ⟦parentStepId: 2⟧ });`,
  ['notEarlier'],
);
invalid(
  'a typed trace parameter',
  `async function inner(sub: import('@whyops/sdk').WhyOpsTrace) { await sub.error('late', { stepId: 1, ⟦parentStepId: 2⟧ }); }`,
  ['notEarlier'],
  { only: 'typescript' },
);

// --- Where a check must hold back ----------------------------------------------------------------------------------

valid(
  'a step that may come with what is spread before',
  `await trace.error('late', { ...position, parentStepId: 1 });`,
);
valid(
  'a parent at an unknown distance',
  `await trace.error('late', { stepId: parent, parentStepId: parent + offset });`,
);
valid(
  'a parent that is computed otherwise',
  `await trace.error('late', { stepId: parent, parentStepId: parent * 2 });`,
);
valid(
  'a parent of something else',
  `await trace.error('late', { stepId: 1, parentStepId: steps.at(-1) + 2 });`,
);

valid(
  'a parent that is read before the step is counted up',
  `let step = 1; await trace.error('late', { parentStepId: step, stepId: ++step });`,
);
valid(
  'a parent and its step, taken apart',
  `const { stepId, parentStepId } = position; await trace.error('late', { stepId, parentStepId });`,
);
valid(
  'a parent that only comes with its step',
  `await trace.error('late', { ...(parent ? { stepId: parent + 1, parentStepId: parent } : {}) });`,
);
valid(
  'a parent among the arguments of a tool, and in its result',
  `await trace.toolCallRequest('plan', [{ name: 'plan', arguments: { parentStepId: 1 } }]); await trace.toolResult('plan', { parentStepId: 1 });`,
);
valid(
  'a first step that was another one when the next was counted',
  `let plan = 1; const act = plan + 1; plan = 5; await trace.error('late', { stepId: plan, parentStepId: act });`,
);
valid(
  'a step further on by a constant',
  `const gap = 2; await trace.error('late', { stepId: parent, parentStepId: parent - gap });`,
);

runSuites('parent-step', inAgent);
