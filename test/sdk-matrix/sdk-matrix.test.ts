import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { REQUIREMENTS } from '../../src/contract/requirements/index.ts';
import type { Column } from './column.ts';
import { columns } from './columns.ts';
import { matrixDocument } from './document.ts';
import { expectedColumn } from './expected-column.ts';
import { PAGE, testedOn } from './page.ts';

const page = readFileSync(PAGE, 'utf8');

describe('docs/sdk-matrix.md', () => {
  let measured: readonly Column[] = [];
  beforeAll(async () => {
    measured = await columns();
  }, 180_000);

  const signs = ({ cells }: Column) => [...cells.values()].map(({ sign }) => sign);
  const named = (word: string) => measured.filter(({ heading }) => heading.includes(word));

  test('is up to date', () => {
    expect(page, 'run `npm run sdk-matrix`').toBe(matrixDocument(measured, testedOn(page)));
  });

  test('has no column in which nothing was tested', () => {
    const tested = measured.map((column) => signs(column).filter((sign) => sign !== '—').length);
    expect(tested).toHaveLength(13);
    expect(Math.min(...tested)).toBeGreaterThanOrEqual(5);
  });

  test('shows a reference client that keeps everything', () => {
    expect(new Set(named('reference').flatMap(signs))).toEqual(new Set(['✓']));
  });

  test('shows provider clients that keep everything when they get it in their constructor', () => {
    expect(named('constructor')).toHaveLength(5);
    expect(new Set(named('constructor').flatMap(signs))).toEqual(new Set(['✓', '—']));
  });

  test('shows that no provider client sends headers that are assigned to it', () => {
    const sent = named('documented').map(({ cells }) =>
      [...cells].filter(([id]) => /^proxied-\w+-(agent|trace)$/.test(id)).map(([, { sign }]) => sign),
    );
    expect(sent.map((all) => all.filter((sign) => sign !== '—'))).toEqual(Array(5).fill(['✗', '✗']));
  });

  test('explains every requirement once, and every ✗ leads to what was seen', () => {
    const sections = page.split(/^### /m).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual(REQUIREMENTS.map(({ id }) => id));
    const targets = [...page.matchAll(/\[✗\]\(#([\w-]+)\)/g)].map(([, id]) => id);
    const explained = sections
      .filter((section) => section.includes('\n- **'))
      .map((section) => section.split('\n')[0]);
    expect(new Set(explained)).toEqual(new Set(targets));
    expect(targets.length).toBeGreaterThan(0);
  });
});

describe('the column of an SDK that is not run', () => {
  const entry = { requirement: 'register-cost', checks: ['few-requests'] };
  const column = (...expected: object[]) =>
    expectedColumn({
      heading: [],
      tested: '',
      capabilities: ['events'],
      expected: JSON.stringify({ expected }),
    }).cells;

  test('has ✗ for expected failures, — for what its driver does not declare, ✓ for the rest', () => {
    const cells = column({ ...entry, reason: 'Forty attempts.\nMore of it.' });
    expect(cells.get('register-cost')).toEqual({ sign: '✗', reasons: ['`few-requests`: Forty attempts.'] });
    expect(cells.get('register-once')).toEqual({ sign: '✓' });
    expect(cells.get('retry-transient')).toEqual({ sign: '—' });
    expect(cells.get('proxied-openai-route')).toEqual({ sign: '—' });
  });

  test('tells the defect, and leaves the consequence to the page', () => {
    const { consequence } = REQUIREMENTS.find(({ id }) => id === entry.requirement)!;
    const cells = column({ ...entry, reason: `Forty attempts. ${consequence}` });
    expect(cells.get('register-cost')).toMatchObject({ reasons: ['`few-requests`: Forty attempts.'] });
  });
});
