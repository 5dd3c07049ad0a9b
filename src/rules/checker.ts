import type { Trace } from '../recording/trace.ts';
import type { Finding } from './finding.ts';
import { message } from './message.ts';
import type { Checked, Ignore, Ignored, Report } from './report.ts';
import type { AnyRule, Violation } from './rule.ts';

/** What is left of a part of a recording when its traces are gone: enough to finish the report elsewhere. Plain JSON. */
export interface PartialReport {
  readonly version: 1;
  readonly findings: readonly Finding[];
  readonly checked: readonly Checked[];
  readonly leftovers: Readonly<Record<string, readonly unknown[]>>;
  readonly traces: number;
  readonly events: number;
}

/** What one trace added to a checker. */
export interface TraceResult {
  readonly findings: readonly Finding[];
  /** By rule. */
  readonly leftovers: Readonly<Record<string, readonly unknown[]>>;
}

/** A rule threw: a defect of the rule, whatever the trace holds. `cause` is what it threw. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
  readonly rule: string;
  /** `null`: while joining what traces left, or for requests that reached no trace. */
  readonly traceId: string | null;

  constructor(rule: string, traceId: string | null, cause: unknown) {
    const where = traceId === null ? 'beyond single traces' : `on the trace ${JSON.stringify(traceId)}`;
    super(`the rule ${rule} failed ${where}: ${String(cause)}; this is a bug in whyops-testkit`, { cause });
    this.rule = rule;
    this.traceId = traceId;
  }
}

/** Checks traces one by one; keeps counts, findings and leftovers, never a trace. */
export class Checker {
  readonly #rules: readonly AnyRule[];
  readonly #failed: (error: RuleError) => void;
  #findings: Finding[] = [];
  #leftovers = new Map<string, unknown[]>();
  #counts: readonly Counts[];
  #traces = 0;
  #events = 0;

  /** @param failed Told about a rule that threw; the other rules and traces go on. By default it is thrown. */
  constructor(rules: readonly AnyRule[], failed: (error: RuleError) => void = raise) {
    this.#rules = rules;
    this.#failed = failed;
    this.#counts = rules.map(() => new Counts());
  }

  /** @returns what was found and what is left to join; `null` when that is nothing, as for most traces. */
  trace(trace: Trace): TraceResult | null {
    if (trace.id !== null) this.#traces += 1;
    this.#events += trace.events.length;
    const before = this.#findings.length;
    let left: Record<string, readonly unknown[]> | undefined;
    for (let index = 0; index < this.#rules.length; index += 1) {
      const rule = this.#rules[index]!;
      try {
        const leftovers = this.#apply(rule, this.#counts[index]!, trace);
        if (leftovers && leftovers.length > 0) {
          this.#keep(rule.id, leftovers);
          (left ??= {})[rule.id] = leftovers;
        }
      } catch (error) {
        this.#failed(new RuleError(rule.id, trace.id, error));
      }
    }
    if (left === undefined && this.#findings.length === before) return null;
    return { findings: this.#findings.slice(before), leftovers: left ?? {} };
  }

  /** Takes in what another checker found in other traces. */
  add(part: PartialReport): void {
    this.#traces += part.traces;
    this.#events += part.events;
    this.#findings.push(...part.findings);
    for (const [rule, leftovers] of Object.entries(part.leftovers)) this.#keep(rule, leftovers);
    for (const { rule, applied, notApplicable } of part.checked) {
      const counts = this.#counts[this.#rules.findIndex(({ id }) => id === rule)];
      if (!counts) continue;
      counts.applied += applied;
      for (const { reason, count } of notApplicable) counts.skip(reason, count);
    }
  }

  /** The state so far, for another checker's {@link add}. */
  partial(): PartialReport {
    return {
      version: 1,
      findings: this.#findings,
      checked: this.#checked(),
      leftovers: Object.fromEntries(this.#leftovers),
      traces: this.#traces,
      events: this.#events,
    };
  }

  /** Hands out the state so far and begins anew, so that one checker can make many parts. */
  drain(): PartialReport {
    const drained = this.partial();
    this.#findings = [];
    this.#leftovers = new Map();
    this.#counts = this.#rules.map(() => new Counts());
    this.#traces = 0;
    this.#events = 0;
    return drained;
  }

  /** Joins the leftovers and closes the report. */
  finish(ignore: readonly Ignore[] = []): Report {
    const findings = [...this.#findings];
    for (const rule of this.#rules) {
      const leftovers = this.#leftovers.get(rule.id);
      try {
        if (leftovers) rule.join?.(leftovers, (violation) => findings.push(finding(rule, violation)));
      } catch (error) {
        this.#failed(new RuleError(rule.id, null, error));
      }
    }
    const { kept, ignored } = applyIgnores(findings, ignore);
    return {
      version: 1,
      findings: kept,
      checked: this.#checked(),
      ignored,
      traces: this.#traces,
      events: this.#events,
    };
  }

  #apply(rule: AnyRule, counts: Counts, trace: Trace): readonly unknown[] | void {
    const applies = rule.applies(trace);
    if (applies !== true) {
      counts.skip(applies, 1);
      return rule.collect?.(trace);
    }
    const leftovers = rule.check(trace, (violation) => this.#findings.push(finding(rule, violation)));
    // Counted when it is done: a rule that failed has checked nothing.
    counts.applied += 1;
    return leftovers;
  }

  #checked(): Checked[] {
    return this.#rules.map((rule, index) => {
      const { applied, notApplicable } = this.#counts[index]!;
      return { rule: rule.id, applied, notApplicable: notApplicable.map((counted) => ({ ...counted })) };
    });
  }

  #keep(rule: string, leftovers: readonly unknown[]): void {
    const kept = this.#leftovers.get(rule);
    if (kept) for (const leftover of leftovers) kept.push(leftover);
    else this.#leftovers.set(rule, [...leftovers]);
  }
}

function raise(error: RuleError): never {
  throw error;
}

/** How often one rule was applied, and why it was not. Few reasons: they are found by looking through them. */
class Counts {
  applied = 0;
  readonly notApplicable: { readonly reason: string; count: number }[] = [];

  skip(reason: string, count: number): void {
    for (const counted of this.notApplicable) {
      if (counted.reason !== reason) continue;
      counted.count += count;
      return;
    }
    this.notApplicable.push({ reason, count });
  }
}

function finding(rule: AnyRule, violation: Violation): Finding {
  const kind = rule.kinds[violation.kind];
  if (!kind)
    throw new Error(`Rule ${rule.id} reported the kind "${violation.kind}", which it does not describe.`);
  return { rule: rule.id, tier: kind.tier, ...violation, message: message(rule.id, kind, violation.facts) };
}

function applyIgnores(
  findings: readonly Finding[],
  ignores: readonly Ignore[],
): { kept: Finding[]; ignored: Ignored[] } {
  const taken = ignores.map((): Finding[] => []);
  const kept = findings.filter((candidate) => {
    const index = ignores.findIndex((ignore) => matches(ignore, candidate));
    if (index >= 0) taken[index]?.push(candidate);
    return index < 0;
  });
  const ignored = ignores.map(({ rule, reason }, index) => {
    const matched = taken[index] ?? [];
    return { rule, reason, findings: matched, stale: matched.length === 0 };
  });
  return { kept, ignored };
}

function matches({ rule, where = {} }: Ignore, candidate: Finding): boolean {
  if (candidate.rule !== rule) return false;
  if (where.kind !== undefined && candidate.kind !== where.kind) return false;
  if (where.tool !== undefined && candidate.facts['tool'] !== where.tool) return false;
  if (where.traceId === undefined) return true;
  if (candidate.traceId === null) return false;
  return where.traceId instanceof RegExp
    ? where.traceId.test(candidate.traceId)
    : where.traceId === candidate.traceId;
}
