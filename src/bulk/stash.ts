import type { AnyRule, Mate } from '../rules/rule.ts';
import { isWanted, Mates, type Wanted } from './mates.ts';
import type { Section } from './part.ts';
import { type Extent, ExtentReader, SpillFile } from './spill-file.ts';
import { hashOf } from './trace-id.ts';

/** Kept in memory before it goes to disk. Bytes. */
const MEMORY = 2 ** 20;
const HEADER = 8;

/**
 * Sections that matter only where another trace has a mate of what they left over: nearly all never do. They wait in a
 * file, so that memory does not grow with the input.
 */
export class Stash {
  readonly #rules: ReadonlyMap<string, AnyRule>;
  readonly #mates = new Mates();
  readonly #file = new SpillFile();
  readonly #extents: Extent[] = [];
  readonly #bytes = Buffer.allocUnsafeSlow(MEMORY);
  #used = 0;

  constructor(rules: readonly AnyRule[]) {
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
  }

  /** @returns whether the section is kept here; if not, it matters by itself. */
  take(section: Section): boolean {
    const hashes: number[] = [];
    let matters = section.findings.length > 0;
    for (const rule in section.leftovers)
      for (const leftover of section.leftovers[rule]!) {
        const mate = this.#mateOf(rule, leftover);
        if (mate === null) matters = true;
        else {
          const hash = hashOf(mate.key);
          this.#mates.add(hash, mate.side);
          hashes.push(hash);
        }
      }
    if (!matters) this.#write(section, hashes);
    return !matters;
  }

  mates(): Mates {
    return this.#mates;
  }

  /** What has a mate, or everything. */
  *sections(wanted: Wanted | 'all'): Generator<Section> {
    const reader = new ExtentReader();
    for (const extent of this.#extents) yield* sectionsIn(reader.read([extent]), wanted);
    yield* sectionsIn(this.#bytes.subarray(0, this.#used), wanted);
  }

  close(): void {
    this.#file.close();
  }

  #mateOf(rule: string, leftover: unknown): Mate | null {
    return this.#rules.get(rule)?.mate?.(leftover) ?? null;
  }

  /** Length of the text, number of hashes, hashes, text. */
  #write(section: Section, hashes: readonly number[]): void {
    const text = JSON.stringify(section);
    const longest = HEADER + 4 * hashes.length + 3 * text.length;
    if (this.#used + longest > MEMORY) this.#spill();
    const bytes = longest > MEMORY ? Buffer.allocUnsafeSlow(longest) : this.#bytes.subarray(this.#used);
    const begin = HEADER + 4 * hashes.length;
    const length = bytes.write(text, begin);
    bytes.writeUInt32LE(length, 0);
    bytes.writeUInt32LE(hashes.length, 4);
    hashes.forEach((hash, index) => bytes.writeUInt32LE(hash, HEADER + 4 * index));
    if (longest > MEMORY) this.#extents.push(this.#file.append(bytes.subarray(0, begin + length)));
    else this.#used += begin + length;
  }

  #spill(): void {
    if (this.#used > 0) this.#extents.push(this.#file.append(this.#bytes.subarray(0, this.#used)));
    this.#used = 0;
  }
}

function* sectionsIn(bytes: Buffer, wanted: Wanted | 'all'): Generator<Section> {
  for (let at = 0; at < bytes.length;) {
    const text = at + HEADER + 4 * bytes.readUInt32LE(at + 4);
    const end = text + bytes.readUInt32LE(at);
    let found = wanted === 'all';
    for (let hash = at + HEADER; hash < text && !found; hash += 4)
      found = isWanted(wanted as Wanted, bytes.readUInt32LE(hash));
    if (found) yield JSON.parse(bytes.toString('utf8', text, end)) as Section;
    at = end;
  }
}
