import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lint } from '../harness/lint.ts';
import { fileOf, head, programs } from './programs.ts';

/** Keeps a run short: programs can loop for ever. */
const maximalSteps = 60;

interface Span {
  id: string;
  tool: string;
  place: number;
  closed: boolean;
}

interface Answer {
  line: number;
  tool: string;
  given: unknown;
  /** The span whose id was given, as it was just before. */
  span: Span | undefined;
}

interface Run {
  spans: Span[];
  answers: Answer[];
  finished: 'returned' | 'threw' | 'stopped';
}

const AsyncFunction = (async () => undefined).constructor as new (
  ...code: string[]
) => (...values: unknown[]) => Promise<unknown>;

/** Where a call stands: its line, and how many calls stand before it on that line. */
const placeOf = (line: number, before: number): number => line * 10 + before;

/** Runs a program for real, with branches decided by `choices`, and records what its trace was told. */
async function run(program: string, choices: readonly boolean[]): Promise<Run> {
  const result: Run = { spans: [], answers: [], finished: 'returned' };
  const stop = new Error('stop');
  let steps = 0;
  const choose = (): boolean => {
    if (steps >= maximalSteps) throw stop;
    return choices[steps++ % choices.length]!;
  };
  const trace = {
    toolCallRequest(tool: string, place: number) {
      choose();
      const span: Span = { id: `span-${result.spans.length}`, tool, place, closed: false };
      result.spans.push(span);
      return Promise.resolve(span.id);
    },
    toolCallResponse(tool: string, given: unknown, place: number) {
      choose();
      const span = result.spans.find(({ id }) => id === given);
      result.answers.push({ line: Math.floor(place / 10), tool, given, span: span && { ...span } });
      if (span) span.closed = true;
      return Promise.resolve();
    },
  };
  // The tool calls are not looked at, so they can carry the line.
  const numbered = program
    .split('\n')
    .map((line, index) => {
      let column = 0;
      return line.replaceAll(/\[\]/g, () => String(placeOf(index + 1, column++)));
    })
    .join('\n');
  const environment = {
    trace,
    choose,
    pick: () => (choose() ? 0 : 1),
    list: () => (choose() ? [1, 2] : [1]),
    keep: () => undefined,
    mayThrow: () => {
      if (choose()) throw new Error('thrown');
    },
  };
  // A `catch` of the program must not go on for ever after the last step: every event is a step as well.
  const body = new AsyncFunction(...Object.keys(environment), `let a, b, c;\n${numbered}`);
  await body(...Object.values(environment)).catch((error: unknown) => {
    result.finished = error === stop ? 'stopped' : 'threw';
  });
  return result;
}

it('says only what holds in every run', { timeout: 120_000 }, async () => {
  const seen = new Map<string, number>();
  const check = fc.asyncProperty(
    programs,
    fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 30 }), { minLength: 6, maxLength: 6 }),
    async (program, allChoices) => {
      const reports = lint({ code: fileOf(program), rules: { 'whyops/span-reuse': [] } });
      if (reports.length === 0) return;
      const runs = await Promise.all(allChoices.map((choices) => run(program, choices)));
      for (const { messageId, line: fileLine, column, message } of reports) {
        const line = fileLine - head.length;
        const before = program.split('\n')[line - 1]!.slice(0, column - 1);
        const place = placeOf(line, before.split('toolCall').length - 1);
        let witnesses = 0;
        for (const { answers, spans, finished } of runs) {
          for (const { line: at, tool, given, span } of answers) {
            if (at !== line) continue;
            const context = `${message}\n${program}`;
            if (messageId === 'spanNotFromRequest') {
              const id = await given;
              expect(
                spans.some((each) => each.id === id),
                context,
              ).toBe(false);
            } else if (messageId === 'spanIsPromise') expect(given, context).toBeInstanceOf(Promise);
            else if (messageId === 'toolNameMismatch') {
              // The rule judges by names whatever was awaited, so a promise is judged by the span it brings.
              const id = await given;
              expect(spans.find((each) => each.id === id)?.tool, context).not.toBe(tool);
            } else if (messageId === 'alreadyClosed') {
              if (typeof given === 'string') expect(span?.closed, context).toBe(true);
            } else continue;
            witnesses++;
          }
          if (messageId === 'neverClosed' && finished === 'returned') {
            for (const span of spans) {
              if (span.place !== place) continue;
              expect(span.closed, `${message}\n${program}`).toBe(false);
              witnesses++;
            }
          }
        }
        if (witnesses > 0) seen.set(messageId!, (seen.get(messageId!) ?? 0) + 1);
      }
    },
  );
  await fc.assert(check, { numRuns: 3000, seed: 20_261_123 });
  // Silence would pass as well: each kind must have been reported where a run could show it.
  const kinds = ['spanNotFromRequest', 'spanIsPromise', 'toolNameMismatch', 'alreadyClosed', 'neverClosed'];
  for (const kind of kinds) expect(seen.get(kind) ?? 0, kind).toBeGreaterThan(20);
});
