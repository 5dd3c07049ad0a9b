import { describe, expect, test } from 'vitest';
import { flows } from './flows/key-safety.ts';
import { messages } from './messages.ts';

const told = (name: string) => messages(flows.bad[name]!(), 'key-safety');

describe('silent on', () => {
  test.each(Object.entries(flows.good))('%s', (_name, flow) => {
    expect(messages(flow(), 'key-safety')).toEqual([]);
  });
});

test('a provider key at the proxy', () => {
  expect(told('a provider key at the proxy')).toEqual([
    `key-safety/provider-key-to-whyops E null [x2]
  x2   POST /v1/chat/completions
The header authorization carries a provider key (sk-proj…) to WhyOps.
Fix: give the model client the WhyOps key; the provider key belongs in the
     WhyOps settings.
Docs: docs/rules/key-safety.md`,
  ]);
});

test('a WhyOps key at the provider', () => {
  expect(told('a WhyOps key at the provider')).toEqual([
    `key-safety/whyops-key-elsewhere E null [x2]
  x2   POST /v1/chat/completions
The header authorization carries a WhyOps key (whyops_…) to
"https://api.openai.com".
Fix: give the model client the base URL of the proxy, or the provider its own
     key.
Docs: docs/rules/key-safety.md`,
  ]);
});

test('a key in a tool result', () => {
  expect(told('a key in a tool result')).toEqual([
    `key-safety/key-inside E t1 [e2]
  e2   tool_call_response
Its content has what looks like a key (sk-proj…).
Fix: take keys out before reporting, and replace the one that was recorded.
Docs: docs/rules/key-safety.md`,
  ]);
});

test('a key in metadata', () => {
  expect(told('a key in metadata')).toEqual([
    `key-safety/key-inside E t1 [e1]
  e1   user_message
Its metadata has what looks like a key (sk-proj…).
Fix: take keys out before reporting, and replace the one that was recorded.
Docs: docs/rules/key-safety.md`,
  ]);
});
