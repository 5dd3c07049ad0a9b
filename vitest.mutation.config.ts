import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The first failure ends the run of a mutant, so what takes longer comes last. */
class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const last = ['messages.test.ts', 'catalogue.test.ts', 'silence.ts'];
    const rank = ({ moduleId }: TestSpecification) => last.findIndex((name) => moduleId.endsWith(name));
    return files.toSorted((a, b) => rank(a) - rank(b));
  }
}

/** What decides on a mutant of a rule: the quick tests of the rules, without those that open sockets. */
export default defineConfig({
  test: {
    include: ['test/rules/**/*.test.ts', 'test/mutation/silence.ts'],
    exclude: ['test/rules/on-the-fake.test.ts'],
    isolate: false, // One start a mutant, not one a file.
    sequence: { sequencer: QuickestFirst },
    testTimeout: 20_000,
  },
});
