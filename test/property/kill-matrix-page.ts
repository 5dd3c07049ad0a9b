import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

const PAGE = new URL('../../docs/kill-matrix.md', import.meta.url);

/** Holds one part of docs/kill-matrix.md against what was measured just now; `UPDATE=1` writes it instead. */
export function expectOnPage(heading: 'Recordings' | 'Clients', measured: string): void {
  const [start, end] = [`<!-- ${heading}: generated -->\n\n`, `\n\n<!-- end of ${heading} -->`];
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(start) as [string, string | undefined];
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`docs/kill-matrix.md has lost its markers of ${heading}.`);
  const fresh = `${before}${start}${measured}${end}${after}`;
  if (process.env['UPDATE']) writeFileSync(PAGE, fresh);
  else expect(page).toBe(fresh);
}
