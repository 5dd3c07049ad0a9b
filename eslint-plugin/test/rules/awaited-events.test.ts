import { runRule, type Case } from '../harness/run-rule.ts';

const sdk = `import { WhyOps } from '@whyops/sdk';
const whyops = new WhyOps({ apiKey, agentName: 'a', agentMetadata });
const trace = whyops.trace('t1');
`;
const inAgent = (body: string): string => `${sdk}async function agent() {\n  ${body}\n}`;

const valid = (name: string, body: string, more: Partial<Case> = {}): Case => ({
  name,
  code: inAgent(body),
  ...more,
});

runRule('awaited-events', {
  valid: [
    valid('awaited', `await trace.userMessage([]);`),
    valid('returned', `return trace.userMessage([]);`),
    valid('void says so', `void trace.userMessage([]);`),
  ],
  invalid: [
    {
      name: 'a floating call',
      code: inAgent(`trace.userMessage([]);`),
      errors: [
        {
          messageId: 'floating',
          line: 5,
          column: 3,
          endColumn: 24,
          suggestions: [{ messageId: 'addAwait', output: inAgent(`await trace.userMessage([]);`) }],
        },
      ],
    },
  ],
});
