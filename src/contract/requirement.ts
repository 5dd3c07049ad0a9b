import type { Capability } from './protocol.ts';
import type { Stage } from './stage.ts';

/** `MUST`: otherwise data is lost, doubled or wrong, or the application suffers. `SHOULD`: reported, decides with `--strict`. */
export type Level = 'MUST' | 'SHOULD';

export type CheckStatus = 'passed' | 'failed' | 'expected-failure' | 'unsupported';

/** What came of one check of one requirement. */
export interface CheckResult {
  readonly id: string;
  readonly status: CheckStatus;
  /** What was seen, beside what had to be; empty when it passed. */
  readonly message: string;
  /** The events, exchanges and replies that show it. */
  readonly witness: readonly unknown[];
}

/** Takes down what the checks of one requirement find. */
export interface Verdict {
  /** Emits `check`: passed when `condition` holds. */
  that(check: string, condition: boolean, message: string, witness?: readonly unknown[]): void;
  /** Emits `check` as not applicable to this SDK: it has no such method or option. */
  unsupported(check: string, why: string): void;
}

/** Something that the contract demands of an SDK. */
export interface Requirement<Observed = unknown> {
  readonly id: string;
  readonly level: Level;
  readonly group: string;
  /** What must hold, in one sentence. */
  readonly sentence: string;
  /** What the backend does with it otherwise. */
  readonly consequence: string;
  /** Where the demand comes from. */
  readonly source: string;
  /** Without these capabilities the SDK makes no such promise: unsupported. */
  readonly needs: readonly Capability[];
  /** Every check that will be emitted, each with what it demands. One that is not emitted has failed. */
  readonly checks: Readonly<Record<string, string>>;
  /** Runs alone, because it would starve the others of the processor. */
  readonly alone?: boolean;
  /** Drives the SDK and takes down what happened. */
  drive(stage: Stage): Promise<Observed>;
  /** Decides from what happened alone. Pure. */
  judge(observed: Observed, verdict: Verdict): void;
}

/** Ties the type of what `drive` observes to that of what `judge` gets. */
export function requirement<Observed>(definition: Requirement<Observed>): Requirement {
  return definition as Requirement;
}

/** Runs the pure half of a requirement and holds it to its declaration. */
export function judge(definition: Requirement, observed: unknown): CheckResult[] {
  const emitted = new Map<string, CheckResult>();
  const emit = (result: CheckResult) => {
    if (!(result.id in definition.checks))
      throw new Error(`Requirement ${definition.id} emitted "${result.id}", which it does not declare.`);
    // The first failure of a check stands: later ones say less.
    if (emitted.get(result.id)?.status !== 'failed') emitted.set(result.id, result);
  };
  definition.judge(observed, {
    that: (id, condition, message, witness = []) =>
      emit(
        condition
          ? { id, status: 'passed', message: '', witness: [] }
          : // What never arrived is no witness, and could not be written as JSON.
            { id, status: 'failed', message, witness: witness.filter((seen) => seen !== undefined) },
      ),
    unsupported: (id, why) => {
      if (!emitted.has(id)) emit({ id, status: 'unsupported', message: why, witness: [] });
    },
  });
  return Object.entries(definition.checks).map(
    ([id, sentence]) =>
      emitted.get(id) ?? {
        id,
        status: 'failed',
        message: `Nothing was seen that this check could be made on: ${sentence}`,
        witness: [],
      },
  );
}
