import { type ContractOptions, ContractRun, selectRequirements, type Subject } from './run.ts';
import { statusOf } from './report.ts';

/** `describe` and `test` of a test runner, as far as they are used here. */
interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: (context?: unknown) => Promise<void>, timeout?: number) => unknown;
}

export interface DescribeOptions extends ContractOptions, Partial<Runner> {
  /** A failed SHOULD fails its test; otherwise the test is skipped with the reason. */
  readonly strict?: boolean;
}

// Vitest exports its functions and makes no globals of them unless told; outside of it there is nothing to import.
const vitest = process.env['VITEST'] ? ((await import('vitest')) as unknown as Runner) : null;

/** Long enough for SDKs that pause between attempts, in milliseconds. */
const TEST_LIMIT = 180_000;

/**
 * Makes one test a requirement, for an SDK in this process. Runs under Vitest, and under any runner that has `describe` and
 * `test` as globals or is given them.
 *
 * @throws Error when there is no test runner.
 */
export function describeContract(subject: Subject, options: DescribeOptions = {}): void {
  const { describe, test } = runnerOf(options);
  const selected = selectRequirements(options.only);
  const name = 'command' in subject ? subject.command.join(' ') : `${subject.sdk} ${subject.version}`;
  describe(`WhyOps contract: ${name}`, () => {
    test('the driver works', () => withRun(subject, options, (run) => run.smoke()), TEST_LIMIT);
    for (const requirement of selected) {
      const body = async (context?: unknown) => {
        const result = await withRun(subject, options, async (run) => {
          const raw = await run.check(requirement);
          const { stale } = run.report([raw]).summary;
          if (stale.length > 0)
            throw new Error(`Expected to fail and does not: ${stale.map(({ check }) => check).join(', ')}.`);
          return run.expectedOrNot(raw);
        });
        const told = result.checks
          .filter(({ status }) => status !== 'passed')
          .map(({ id, message }) => `${id}: ${message}`)
          .join('\n');
        const status = statusOf(result.checks);
        if (status === 'failed' && (requirement.level === 'MUST' || options.strict))
          throw new Error(`${requirement.sentence}\n${told}\n${requirement.consequence}`);
        if (status !== 'passed') skip(context, `${status}: ${told}`);
      };
      test(`${requirement.level} ${requirement.id}: ${requirement.sentence}`, body, TEST_LIMIT);
    }
  });
}

async function withRun<T>(
  subject: Subject,
  options: ContractOptions,
  work: (run: ContractRun) => Promise<T>,
): Promise<T> {
  const run = await ContractRun.begin(subject, options);
  try {
    return await work(run);
  } finally {
    await run.end();
  }
}

function runnerOf(options: DescribeOptions): Runner {
  const globals = globalThis as Partial<Runner>;
  const describe = options.describe ?? vitest?.describe ?? globals.describe;
  const test = options.test ?? vitest?.test ?? globals.test;
  if (!describe || !test)
    throw new Error(
      'describeContract() found no test runner. Call it from a Vitest or Jest test file, pass { describe, test }, or use runContract().',
    );
  return { describe, test };
}

/** Vitest and node:test show a skipped test with its reason; elsewhere it passes, with the reason on stderr. */
function skip(context: unknown, reason: string): void {
  const candidate = context as { skip?: (reason?: string) => void } | undefined;
  if (candidate?.skip) candidate.skip(reason);
  else process.stderr.write(`${reason}\n`);
}
