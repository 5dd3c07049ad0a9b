import { describe, expect, test } from 'vitest';
import { missingPages, type PlacedPage } from '../../src/bulk/pages.ts';

let line = 0;

function page(traceId: string | null, offset: number | null, events: number, total: number): PlacedPage {
  line += 1;
  return { traceId, offset, events, total, file: 'f', place: { file: 0, world: 0, line } };
}

const missing = (...pages: PlacedPage[]) =>
  missingPages(pages).map(({ problem }) =>
    problem.replace('GET /api/events has ', '').replace('; add the other pages', ''),
  );

describe('replies are whole', () => {
  test.each([
    ['without any', []],
    ['all in one', [page('a', 0, 5, 5)]],
    ['in any order', [page('a', 4, 1, 5), page('a', 0, 4, 5)]],
    ['when they do not say where they begin', [page('a', null, 3, 5), page('a', null, 2, 5)]],
    ['when events came between two pages', [page('a', 0, 200, 300), page('a', 200, 101, 301)]],
    ['of several traces', [page('a', 0, 5, 5), page('b', 0, 7, 7)]],
    ['of a query for everything', [page(null, 0, 4, 6), page(null, 4, 2, 6)]],
    ['where a page of everything has one trace alone', [page(null, 0, 4, 8), page('b', 4, 4, 8)]],
    ['where each page of everything has one trace alone', [page('a', 0, 4, 8), page('b', 4, 4, 8)]],
    ['of one trace, beside a query for everything', [page('a', 0, 5, 5), page(null, 0, 6, 6)]],
  ])('%s', (_name, pages) => {
    expect(missing(...pages)).toEqual([]);
  });
});

describe('a page is missing', () => {
  test.each([
    ['at the end', [page('a', 0, 4, 5)], ['5 events, the input has 4 of them (of the trace "a")']],
    ['at the beginning', [page('a', 4, 1, 5)], ['5 events, the input has 1 of them (of the trace "a")']],
    [
      'that was saved twice instead',
      [page('a', 0, 4, 8), page('a', 0, 4, 8)],
      ['8 events, the input has 4 of them (of the trace "a")'],
    ],
    ['of everything', [page(null, 0, 4, 6)], ['6 events, the input has 4 of them']],
    [
      'of one trace of two',
      [page('a', 0, 4, 5), page('b', 0, 7, 7)],
      ['5 events, the input has 4 of them (of the trace "a")'],
    ],
    [
      'of each of two traces',
      [page('a', 0, 4, 5), page('b', 0, 4, 9)],
      [
        '5 events, the input has 4 of them (of the trace "a")',
        '9 events, the input has 4 of them (of the trace "b")',
      ],
    ],
  ])('%s', (_name, pages, expected) => {
    expect(missing(...pages)).toEqual(expected);
  });
});
