import { describe, expect, it } from 'vitest';
import { lint } from './lint.ts';
import { runRule, type Case, type Cases, type ExpectedError } from './run-rule.ts';

/** What is expected at one mark: a message id, or more about it. Suggestions give the body as it is afterwards. */
export type Expected =
  | string
  | { messageId: string; message?: string; suggestions?: (readonly [messageId: string, body: string])[] };

type More = Omit<Partial<Case>, 'name' | 'code'>;

export interface Suite {
  valid: (name: string, body: string, more?: More) => void;
  /** The reported parts of the body stand between `⟦` and `⟧`, one for each expectation, in the order of the text. */
  invalid: (name: string, body: string, expected: readonly Expected[], more?: More) => void;
  cases: Cases;
  texts: [name: string, code: string, text: string][];
}

/** How many cases a rule needs at least. The flow rule has more ways to be wrong than the others. */
const fewestCases = (id: string): number => (id === 'span-reuse' ? 60 : 25);
/** A rule that is silent too often is a nuisance, one that speaks too often is switched off: about two valid cases for an invalid one. */
const validForInvalid = 1.85;

/** Collects cases whose code is a body inside a common frame, and reads the expected positions from marks. */
export function suite(frame: (body: string) => string): Suite {
  const cases: Cases = { valid: [], invalid: [] };
  const texts: Suite['texts'] = [];
  return {
    cases,
    texts,
    valid: (name, body, more = {}) => void cases.valid.push({ name, code: frame(body), ...more }),
    invalid(name, body, expected, more = {}) {
      const { code, places } = readMarks(frame(body));
      if (places.length !== expected.length)
        throw new Error(`"${name}" marks ${places.length} places and expects ${expected.length} reports.`);
      const errors = expected.map((item, index): ExpectedError => {
        const {
          messageId,
          message,
          suggestions = [],
        } = typeof item === 'string' ? { messageId: item } : item;
        // RuleTester takes an id or a text, not both.
        if (message !== undefined) texts.push([name, code, message]);
        return {
          messageId,
          ...places[index]!,
          suggestions: suggestions.map(([id, after]) => ({ messageId: id, output: frame(after) })),
        };
      });
      cases.invalid.push({ name, code, errors, ...more });
    },
  };
}

/** Runs the cases of a rule in every host, compares the texts of the messages that were given, and counts the cases. */
export function runSuites(id: string, ...suites: readonly Suite[]): void {
  const valid = suites.flatMap(({ cases }) => cases.valid);
  const invalid = suites.flatMap(({ cases }) => cases.invalid);
  runRule(id, { valid, invalid });
  const texts = suites.flatMap((each) => each.texts);
  describe('messages', () => {
    it.each(texts)('%s', (_name, code, text) => {
      const found = lint({ code, rules: { [`whyops/${id}`]: [] } });
      expect(found.map(({ message }) => message)).toContain(text);
    });
  });
  it('has enough cases, and more valid than invalid ones', () => {
    expect(valid.length + invalid.length).toBeGreaterThanOrEqual(fewestCases(id));
    expect(valid.length / invalid.length).toBeGreaterThanOrEqual(validForInvalid);
  });
}

type Place = Pick<ExpectedError, 'line' | 'column' | 'endLine' | 'endColumn'>;

/** Takes the marks out of a text and tells where they stood; marks may be nested. */
export function readMarks(marked: string): { code: string; places: Place[] } {
  const places: Place[] = [];
  const open: Place[] = [];
  let code = '';
  let line = 1;
  let column = 1;
  for (const character of marked) {
    if (character === '⟦') {
      const place = { line, column };
      places.push(place);
      open.push(place);
    } else if (character === '⟧') {
      const place = open.pop();
      if (!place) throw new Error(`A mark is closed that is not open, in:\n${marked}`);
      Object.assign(place, { endLine: line, endColumn: column });
    } else {
      code += character;
      if (character === '\n') [line, column] = [line + 1, 1];
      else column += character.length;
    }
  }
  if (open.length > 0) throw new Error(`A mark stays open in:\n${marked}`);
  return { code, places };
}
