/** Steps in which the fake differs on purpose, and why. They count as different. */
export const DELIBERATE: Readonly<Record<string, string>> = {
  'proxy-auth/anthropic-key-on-openai-route':
    'The real proxy calls the base URL of the Anthropic provider, which has no `/v1`. The fake has one provider, whose base URL has it: only the address differs, and no provider would answer on either.',
};
