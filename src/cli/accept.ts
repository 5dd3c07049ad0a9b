import { type Command, Option } from 'commander';
import type { Merger, Outcome } from '../bulk/outcome.ts';
import { selectRules } from '../rules/check.ts';
import { noSuch } from '../rules/no-such.ts';
import type { Ignore } from '../rules/report.ts';
import type { AnyRule } from '../rules/rule.ts';
import { CommandError } from './exit-code.ts';

/** What is known and accepted, and so does not count. */
export interface AcceptOptions {
  readonly ignore?: Ignore[];
  readonly baseline?: string;
  readonly writeBaseline?: string;
}

export function withAcceptOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--ignore <rule=reason>',
        'accept the findings of a rule, or of RULE:KIND, for a reason; repeatable',
      ).argParser(parseIgnore),
    )
    .option('--baseline <file>', 'accept the findings that stand in this file')
    .option('--write-baseline <file>', 'write the findings to a file for --baseline');
}

export async function acceptedOutcome(merger: Merger, options: AcceptOptions): Promise<Outcome> {
  const outcome = merger.finish(options.ignore);
  if (options.writeBaseline === undefined && options.baseline === undefined) return outcome;
  const { applyBaseline, writeBaseline } = await import('./baseline.ts');
  if (options.writeBaseline !== undefined) writeBaseline(options.writeBaseline, outcome);
  return options.baseline === undefined ? outcome : applyBaseline(options.baseline, outcome);
}

function parseIgnore(text: string, previous: Ignore[] = []): Ignore[] {
  const [, rule, kind, reason] = /^([^=:]+)(?::([^=]+))?=(.*)$/s.exec(text) ?? [];
  if (rule === undefined || reason === undefined || reason.trim() === '')
    throw new CommandError(
      `--ignore "${text}": give the rule and why it is right here, for instance --ignore "span-reuse=agent is switched off".`,
    );
  const { id, kinds } = knownRule(rule.trim());
  const where = kind === undefined ? {} : { where: { kind: knownKind(kind.trim(), kinds) } };
  return [...previous, { rule: id, reason: reason.trim(), ...where }];
}

function knownKind(kind: string, kinds: object): string {
  if (!Object.hasOwn(kinds, kind)) throw new CommandError(noSuch('kind', kind, Object.keys(kinds)));
  return kind;
}

/** @throws CommandError that lists the rules. */
export function knownRule(id: string): AnyRule {
  try {
    return selectRules([id])[0]!;
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}
