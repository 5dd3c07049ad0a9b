import type { TraceResult } from '../rules/checker.ts';
import type { AnyRule, Mate } from '../rules/rule.ts';
import type { Place } from './block.ts';
import { isWanted, Mates, type Wanted } from './mates.ts';
import type { Section } from './part.ts';
import { ExtentReader, type Extents, SpillFile } from './spill-file.ts';
import { hashOf } from './trace-id.ts';

/** Where a trace can be read again. Numbers alone: there is one for nearly every trace. */
export interface Whereabouts {
  /** Of its first record. */
  readonly place: Place;
  /** Hash of its id. */
  readonly hash: number;
  /** Of records that were sorted; -1: it stands in its file, between `begin` and `end`. */
  readonly partition: number;
  readonly begin: number;
  readonly end: number;
}

/** Kept in memory before it goes to disk. Bytes. */
const MEMORY = 2 ** 18;
const HEADER = 8;
/** Stands for the length of the text where there is none, but whereabouts. */
const WHEREABOUTS = 0xffffffff;
const WHEREABOUTS_SIZE = 7 * 8;

/**
 * Traces that matter only where another trace has a mate of what they left over: nearly all never do. What is needed to
 * find them again waits in a file, so that memory does not grow with the input: where they stand, or their section where
 * they cannot be read again.
 */
export class Stash {
  readonly #rules: ReadonlyMap<string, AnyRule>;
  readonly #mates = new Mates();
  readonly #file = new SpillFile();
  #extents: Extents | undefined;
  readonly #bytes = Buffer.allocUnsafeSlow(MEMORY);
  #used = 0;

  constructor(rules: readonly AnyRule[]) {
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
  }

  /**
   * Looks at what a trace left over.
   *
   * @returns hashes of the keys under which it finds its mates; `null` when it matters by itself.
   */
  hashes({ findings, leftovers }: TraceResult): readonly number[] | null {
    const hashes: number[] = [];
    let matters = findings.length > 0;
    for (const rule in leftovers)
      for (const leftover of leftovers[rule]!) {
        const mate = this.#mateOf(rule, leftover);
        if (mate === null) matters = true;
        else {
          const hash = hashOf(mate.key);
          this.#mates.add(hash, mate.side);
          hashes.push(hash);
        }
      }
    return matters ? null : hashes;
  }

  keep(section: Section, hashes: readonly number[]): void {
    const text = JSON.stringify(section);
    const begin = HEADER + 4 * hashes.length;
    const longest = begin + 3 * text.length;
    const bytes = this.#room(longest);
    const length = bytes.write(text, begin);
    writeHeader(bytes, length, hashes);
    this.#wrote(bytes, begin + length);
  }

  keepWhereabouts({ place, hash, partition, begin, end }: Whereabouts, hashes: readonly number[]): void {
    const start = HEADER + 4 * hashes.length;
    const bytes = this.#room(start + WHEREABOUTS_SIZE);
    writeHeader(bytes, WHEREABOUTS, hashes);
    bytes.writeDoubleLE(place.file, start);
    bytes.writeDoubleLE(place.world, start + 8);
    bytes.writeDoubleLE(place.line, start + 16);
    bytes.writeDoubleLE(hash, start + 24);
    bytes.writeDoubleLE(partition, start + 32);
    bytes.writeDoubleLE(begin, start + 40);
    bytes.writeDoubleLE(end, start + 48);
    this.#wrote(bytes, start + WHEREABOUTS_SIZE);
  }

  mates(): Mates {
    return this.#mates;
  }

  /** What has a mate, or everything. @param revisit Makes the section of a trace of which the whereabouts were kept. */
  *sections(wanted: Wanted | 'all', revisit: (found: Whereabouts) => Section): Generator<Section> {
    const reader = new ExtentReader();
    const { descriptor, places } = this.#extents ?? { descriptor: -1, places: [] };
    for (let index = 0; index < places.length; index += 2) {
      const bytes = reader.read([{ descriptor, places: places.slice(index, index + 2) }]);
      yield* sectionsIn(bytes, wanted, revisit);
    }
    yield* sectionsIn(this.#bytes.subarray(0, this.#used), wanted, revisit);
  }

  close(): void {
    this.#file.close();
  }

  #mateOf(rule: string, leftover: unknown): Mate | null {
    return this.#rules.get(rule)?.mate?.(leftover) ?? null;
  }

  #room(size: number): Buffer {
    if (this.#used + size > MEMORY) this.#spill();
    return size > MEMORY ? Buffer.allocUnsafeSlow(size) : this.#bytes.subarray(this.#used);
  }

  #wrote(bytes: Buffer, length: number): void {
    if (bytes.buffer === this.#bytes.buffer) this.#used += length;
    else this.#extents = this.#file.append(bytes.subarray(0, length), this.#extents);
  }

  #spill(): void {
    if (this.#used > 0) this.#extents = this.#file.append(this.#bytes.subarray(0, this.#used), this.#extents);
    this.#used = 0;
  }
}

/** Length of the text, number of hashes, hashes. */
function writeHeader(bytes: Buffer, length: number, hashes: readonly number[]): void {
  bytes.writeUInt32LE(length, 0);
  bytes.writeUInt32LE(hashes.length, 4);
  for (let index = 0; index < hashes.length; index += 1)
    bytes.writeUInt32LE(hashes[index]!, HEADER + 4 * index);
}

function* sectionsIn(
  bytes: Buffer,
  wanted: Wanted | 'all',
  revisit: (found: Whereabouts) => Section,
): Generator<Section> {
  for (let at = 0; at < bytes.length;) {
    const begin = at + HEADER + 4 * bytes.readUInt32LE(at + 4);
    const length = bytes.readUInt32LE(at);
    const end = begin + (length === WHEREABOUTS ? WHEREABOUTS_SIZE : length);
    let found = wanted === 'all';
    for (let hash = at + HEADER; hash < begin && !found; hash += 4)
      found = isWanted(wanted as Wanted, bytes.readUInt32LE(hash));
    if (found)
      yield length === WHEREABOUTS
        ? revisit(whereaboutsAt(bytes, begin))
        : (JSON.parse(bytes.toString('utf8', begin, end)) as Section);
    at = end;
  }
}

function whereaboutsAt(bytes: Buffer, at: number): Whereabouts {
  return {
    place: {
      file: bytes.readDoubleLE(at),
      world: bytes.readDoubleLE(at + 8),
      line: bytes.readDoubleLE(at + 16),
    },
    hash: bytes.readDoubleLE(at + 24),
    partition: bytes.readDoubleLE(at + 32),
    begin: bytes.readDoubleLE(at + 40),
    end: bytes.readDoubleLE(at + 48),
  };
}
