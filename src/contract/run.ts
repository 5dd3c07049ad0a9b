import { randomInt } from 'node:crypto';
import { alike } from './alike.ts';
import { type Driver, DriverBroken } from './driver.ts';
import { applyExpected, type ExpectedFailures } from './expected.ts';
import { InProcessDriver } from './in-process-driver.ts';
import { Outside } from './outside.ts';
import { type Hello, isTimeout, parseHello, PROTOCOL_VERSION } from './protocol.ts';
import { type ContractReport, type RequirementResult, statusOf, summarise } from './report.ts';
import { judge, type Requirement } from './requirement.ts';
import { REQUIREMENTS } from './requirements/index.ts';
import type { SdkDriver } from './sdk-driver.ts';
import { smoke } from './smoke.ts';
import { type Limits, LIMITS, Stage } from './stage.ts';
import { StdioDriver } from './stdio-driver.ts';

export interface ContractOptions {
  /** Ids of the requirements to check; all by default. */
  readonly only?: readonly string[];
  /** Known failures. */
  readonly expected?: ExpectedFailures;
  /** How many generated scenarios are tried. Default 20. */
  readonly runs?: number;
  /** Repeats the generated scenarios of an earlier run. Default: a random one, which the report names. */
  readonly seed?: number;
  /** Goes straight to one generated scenario: the path that a failure printed, together with its seed. */
  readonly path?: string;
  readonly limits?: Partial<Limits>;
  /** Called whenever a requirement has been judged. */
  readonly onResult?: (result: RequirementResult) => void;
}

/** Where the SDK under test is: an object in this process, or a command that starts a driver. */
export type Subject = SdkDriver | { readonly command: readonly string[]; readonly cwd?: string };

/** Requirements that run side by side. More would only make slow interpreters miss their limits. */
const SIDE_BY_SIDE = 8;

/**
 * Holds an SDK to the contract.
 *
 * @throws DriverBroken when nothing can be said about the SDK because its driver is dead, silent or babbling.
 * @throws RangeError that quotes an unknown requirement id in `only`, or `runs` below 1.
 */
export async function runContract(subject: Subject, options: ContractOptions = {}): Promise<ContractReport> {
  const selected = selectRequirements(options.only);
  if (options.runs !== undefined && !(Number.isInteger(options.runs) && options.runs >= 1))
    throw new RangeError(`runs is ${options.runs}; it must be an integer from 1.`);
  const run = await ContractRun.begin(subject, options);
  try {
    await run.smoke();
    const results = new Map<string, RequirementResult>();
    const check = async (requirement: Requirement) => {
      const result = await run.check(requirement);
      results.set(result.id, result);
      options.onResult?.(run.expectedOrNot(result));
    };
    await sideBySide(
      selected.filter(({ alone }) => !alone),
      check,
    );
    for (const requirement of selected.filter(({ alone }) => alone)) await check(requirement);
    return run.report(selected.map(({ id }) => results.get(id)!));
  } finally {
    await run.end();
  }
}

/** @throws RangeError that quotes an unknown id and lists those that are alike. */
export function selectRequirements(ids?: readonly string[]): readonly Requirement[] {
  if (!ids || ids.length === 0) return REQUIREMENTS;
  return ids.map((id) => {
    const found = REQUIREMENTS.find((candidate) => candidate.id === id);
    if (!found)
      throw new RangeError(
        `There is no requirement "${id}".${alike(id, REQUIREMENTS)} Requirements: ${REQUIREMENTS.map((known) => known.id).join(', ')}.`,
      );
    return found;
  });
}

/** One driver between `hello` and `exit`. */
export class ContractRun {
  readonly hello: Hello;
  readonly #driver: Driver;
  readonly #outside: Outside;
  readonly #limits: Limits;
  readonly #options: ContractOptions;
  readonly #seed: number;
  readonly #command: readonly string[] | null;
  readonly #stages: Stage[] = [];
  #clients = 0;

  private constructor(
    hello: Hello,
    driver: Driver,
    outside: Outside,
    limits: Limits,
    options: ContractOptions,
    command: readonly string[] | null,
  ) {
    this.hello = hello;
    this.#driver = driver;
    this.#outside = outside;
    this.#limits = limits;
    this.#options = options;
    this.#command = command;
    this.#seed = options.seed ?? randomInt(2 ** 31);
  }

  static async begin(subject: Subject, options: ContractOptions = {}): Promise<ContractRun> {
    const limits = { ...LIMITS, ...options.limits };
    const outside = await Outside.open();
    const driver =
      'command' in subject
        ? new StdioDriver(subject.command, {
            env: outside.env,
            ...(subject.cwd === undefined ? {} : { cwd: subject.cwd }),
          })
        : new InProcessDriver(subject);
    try {
      const answer = await driver.send({ op: 'hello', protocol: PROTOCOL_VERSION }, limits.hello);
      if (isTimeout(answer))
        throw new DriverBroken(
          `The driver did not answer "hello" within ${limits.hello} ms. It reads one JSON object a line from stdin and flushes its stdout after every reply.`,
        );
      const hello = parseHello(answer);
      if (typeof hello === 'string') throw new DriverBroken(`The driver ${hello}.`);
      const command = 'command' in subject ? subject.command : null;
      return new ContractRun(hello, driver, outside, limits, options, command);
    } catch (error) {
      await driver.exit(1_000);
      await outside.close();
      throw error;
    }
  }

  async smoke(): Promise<void> {
    await smoke(this.stage());
  }

  async check(requirement: Requirement): Promise<RequirementResult> {
    const { id, level, needs } = requirement;
    const missing = needs.filter((capability) => !this.hello.capabilities.includes(capability));
    const checks =
      missing.length > 0
        ? everyCheck(requirement, 'unsupported', `The SDK does not claim: ${missing.join(', ')}.`)
        : await this.#drive(requirement);
    return { id, level, status: statusOf(checks), checks };
  }

  /** The result in the light of the known failures. */
  expectedOrNot(result: RequirementResult): RequirementResult {
    return applyExpected([result], this.#expected).results[0] ?? result;
  }

  report(results: readonly RequirementResult[]): ContractReport {
    const { sdk, version, language } = this.hello;
    const applied = applyExpected(results, this.#expected);
    const summary = summarise(applied.results, applied.stale, this.#seed);
    return { sdk, version, language, requirements: applied.results, summary };
  }

  async end(): Promise<void> {
    await this.#driver.exit(5_000);
    for (const stage of this.#stages) await stage.strike();
    await this.#outside.close();
  }

  async #drive(requirement: Requirement) {
    const stage = this.stage();
    try {
      return judge(requirement, await requirement.drive(stage));
    } catch (error) {
      if (error instanceof DriverBroken) {
        for (const each of this.#stages) each.abandon();
        throw new DriverBroken(`During ${requirement.id}: ${error.message}`);
      }
      return everyCheck(requirement, 'failed', `It could not be driven: ${String(error)}`);
    }
  }

  get #expected() {
    return this.#options.expected?.expected ?? [];
  }

  /** A fresh stage on this driver. */
  stage(): Stage {
    const { runs = 20, path } = this.#options;
    const stage = new Stage({
      hello: this.hello,
      driver: this.#driver,
      outside: this.#outside,
      limits: this.#limits,
      command: this.#command,
      generation: { runs, seed: this.#seed, ...(path === undefined ? {} : { path }) },
      nextClient: () => `c${++this.#clients}`,
    });
    this.#stages.push(stage);
    return stage;
  }
}

function everyCheck({ checks }: Requirement, status: 'failed' | 'unsupported', message: string) {
  return Object.keys(checks).map((id) => ({ id, status, message, witness: [] }));
}

/** Begins nothing new once something failed, and returns when all that had begun has ended. */
async function sideBySide<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const failures: unknown[] = [];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift())
      await work(item).catch((error: unknown) => {
        failures.push(error);
        waiting.length = 0;
      });
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  if (failures.length > 0) throw failures[0];
}
