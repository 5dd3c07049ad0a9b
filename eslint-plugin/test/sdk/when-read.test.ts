import type { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import plugin from '../../src/index.ts';
import { hosts, languageOptions } from '../harness/lint.ts';

/** One finding for each of three rules. */
const faulty = `
import { WhyOps } from '@whyops/sdk';
const trace = new WhyOps({ agentName: 'a', proxyBaseUrl: 'https://proxy.example.com/' }).trace('t');
trace.userMessage([]);
export async function act(calls) {
  return await trace.toolCallResponse('a', 'made-up', calls, {});
}
`;
const rules = ['whyops/awaited-events', 'whyops/single-base-url', 'whyops/span-reuse'];

const config = (more: Linter.Config = {}): Linter.Config => ({
  files: ['**/*.ts'],
  languageOptions: languageOptions('typescript'),
  ...more,
  plugins: { whyops: plugin, ...more.plugins } as never,
  rules: { ...Object.fromEntries(rules.map((id) => [id, 'error'])), ...more.rules } as never,
});

const found = (messages: readonly Linter.LintMessage[]): string[] =>
  messages.map(({ ruleId }) => String(ruleId)).sort();

/** A rule of somebody else that does something at the first call of a file. */
const thirdParty = (act: () => void): Linter.Config => ({
  plugins: { other: { rules: { act: { create: () => ({ CallExpression: act }) } } } },
  rules: { 'other/act': 'error' },
});

describe.each(Object.entries(hosts))('what the rules know of a file together, in %s', (_host, Host) => {
  it('is the same whichever of them runs', () => {
    for (const id of rules) {
      const alone = config();
      alone.rules = { [id]: 'error' };
      expect(found(new Host().verify(faulty, alone, 'a.ts'))).toEqual([id]);
    }
    expect(found(new Host().verify(faulty, config(), 'a.ts'))).toEqual(rules);
  });

  it('holds when one parsed file is linted again', () => {
    const linter = new Host();
    linter.verify(faulty, config(), 'a.ts');
    const parsed = linter.getSourceCode();
    expect(found(linter.verify(parsed, config(), 'a.ts'))).toEqual(rules);
    expect(found(linter.verify(parsed, config(), 'a.ts'))).toEqual(rules);
  });

  it('is taken again after a rule of somebody else threw amid the walk', () => {
    const linter = new Host();
    linter.verify(faulty, { files: ['**/*.ts'], languageOptions: languageOptions('typescript') }, 'a.ts');
    const parsed = linter.getSourceCode();
    let calls = 0;
    const failing = thirdParty(() => {
      if (++calls === 2) throw new Error('of somebody else');
    });
    expect(() => linter.verify(parsed, config(failing), 'a.ts')).toThrow('of somebody else');
    expect(found(linter.verify(parsed, config(), 'a.ts'))).toEqual(rules);
  });

  it('is not mixed up with that of a file that is linted meanwhile', () => {
    const inner = new Host();
    const within: string[][] = [];
    const nesting = thirdParty(() => void within.push(found(inner.verify(faulty, config(), 'b.ts'))));
    expect(found(new Host().verify(faulty, config(nesting), 'a.ts'))).toEqual(rules);
    expect(within.length).toBeGreaterThan(0);
    for (const each of within) expect(each).toEqual(rules);
  });

  it('follows the settings', () => {
    const linter = new Host();
    const code = `import { made } from '@whyops/sdk'; made('t').userMessage([]);`;
    const made = config({ settings: { whyops: { traceFactories: ['made'] } } });
    linter.verify(code, config(), 'a.ts');
    const parsed = linter.getSourceCode();
    expect(found(linter.verify(parsed, config(), 'a.ts'))).toEqual([]);
    expect(found(linter.verify(parsed, made, 'a.ts'))).toEqual(['whyops/awaited-events']);
    expect(found(linter.verify(parsed, config(), 'a.ts'))).toEqual([]);
  });
});
