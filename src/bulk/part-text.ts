import type { Assignment } from './station.ts';
import type { Part } from './part.ts';
import { InputError } from './input-error.ts';

interface WrittenPart {
  readonly part: 'whyops-testkit';
  readonly version: 1;
  readonly share: NonNullable<Assignment['share']> | null;
  readonly rules: readonly string[] | null;
  readonly result: Part;
}

/** A part as one line of JSON, for `report merge`. */
export function partText(
  part: Part,
  share: WrittenPart['share'],
  rules: readonly string[] | undefined,
): string {
  const written: WrittenPart = {
    part: 'whyops-testkit',
    version: 1,
    share,
    rules: rules ?? null,
    result: part,
  };
  return `${JSON.stringify(written)}\n`;
}

export interface ReadParts {
  readonly parts: readonly Part[];
  readonly rules: readonly string[] | undefined;
}

/**
 * Reads parts, one a line, from any number of texts.
 *
 * @throws InputError that names file and line, and where shares of a partition are missing, doubled or do not fit.
 */
export function readParts(texts: readonly { readonly file: string; readonly text: string }[]): ReadParts {
  const read = texts.flatMap(({ file, text }) =>
    text
      .split('\n')
      .flatMap((line, index) => (line.trim() === '' ? [] : [readPart(line, `${file}:${index + 1}`)])),
  );
  const [first] = read;
  if (!first)
    throw new InputError('No part to merge: write them with check --partition i/n or check --partial.');
  for (const { rules } of read)
    if (JSON.stringify(rules) !== JSON.stringify(first.rules))
      throw new InputError('The parts were checked with different --rule options; check them alike.');
  expectAllShares(read);
  return { parts: read.map(({ result }) => result), rules: first.rules ?? undefined };
}

function readPart(line: string, place: string): WrittenPart {
  let written: Partial<WrittenPart> | null;
  try {
    written = JSON.parse(line) as Partial<WrittenPart> | null;
  } catch (error) {
    throw new InputError(`${place}: no part: ${(error as Error).message}`);
  }
  if (written?.part !== 'whyops-testkit' || !written.result)
    throw new InputError(
      `${place}: no part; parts are written by check --partition i/n and check --partial.`,
    );
  if (written.version !== 1)
    throw new InputError(
      `${place}: a part of version ${String(written.version)}, written by another whyops-testkit.`,
    );
  return written as WrittenPart;
}

/** A missing share would be a false green. */
function expectAllShares(read: readonly WrittenPart[]): void {
  const shares = read.flatMap(({ share }) => (share ? [share] : []));
  if (shares.length === 0) return;
  if (shares.length < read.length)
    throw new InputError('Parts of --partition and of --partial do not belong together.');
  const of = shares[0]!.of;
  if (shares.some((share) => share.of !== of))
    throw new InputError('The parts belong to different partitions (i/n with different n).');
  const seen = new Set(shares.map(({ index }) => index));
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((index) => !seen.has(index));
  if (missing.length > 0)
    throw new InputError(
      `Not all parts are here; missing: ${missing.map((index) => `${index}/${of}`).join(', ')}.`,
    );
  if (shares.length > of) throw new InputError('A part was given twice.');
}
