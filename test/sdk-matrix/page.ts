export const PAGE = new URL('../../docs/sdk-matrix.md', import.meta.url);

/** The day that the page names; a new page has none yet. */
export function testedOn(page: string): string {
  return /^Tested on (\S+):$/m.exec(page)?.[1] ?? '';
}
