import type { Evidence } from '../recording/trace.ts';
import { type Block, forEachFrame, forEachRecord, Frames } from './block.ts';
import type { Crew } from './crew.ts';
import { hashOf, traceIdOf } from './trace-id.ts';
import type { UnreadableList } from './unreadable-list.ts';

/** Traces that are remembered as finished, to notice one that comes again. Eight bytes each. */
const REMEMBERED = 2 ** 20;

/** Input in which all events of a trace stand together: hands on blocks that end where a trace ends. */
export class Groups {
  readonly #files: readonly string[];
  readonly #crew: Crew;
  readonly #worlds: readonly Evidence[];
  readonly #unreadable: UnreadableList;
  readonly #finished = new Float64Array(REMEMBERED);
  #last: string | null = null;
  #held = new Frames();
  #file = 0;

  constructor(files: readonly string[], crew: Crew, worlds: readonly Evidence[], unreadable: UnreadableList) {
    this.#files = files;
    this.#crew = crew;
    this.#worlds = worlds;
    this.#unreadable = unreadable;
  }

  async push(block: Block): Promise<void> {
    this.#file = block.file;
    let openFrom = 0;
    const records: { start: number; end: number; line: number }[] = [];
    const visit = (bytes: Buffer, start: number, end: number, line: number) => {
      const traceId = traceIdOf(bytes, start, end);
      if (traceId !== this.#last && traceId !== null) {
        this.#remember(traceId, line, block.file);
        this.#last = traceId;
        openFrom = records.length;
      }
      records.push({ start, end, line });
    };
    if (block.firstLine === null) forEachFrame(block.bytes, (b, s, e, place) => visit(b, s, e, place.line));
    else forEachRecord(block, visit);
    const place = { file: block.file, world: 0 };
    const hold = (from: number, to: number) => {
      for (const { start, end, line } of records.slice(from, to))
        this.#held.push(block.bytes, start, end, { ...place, line });
    };
    if (openFrom > 0) {
      hold(0, openFrom);
      await this.flush();
    }
    hold(openFrom, records.length);
  }

  async flush(): Promise<void> {
    if (this.#held.length === 0) return;
    const bytes = this.#held.take();
    await this.#crew.checkBlock({ file: this.#file, world: 0, firstLine: null, bytes }, this.#worlds);
  }

  #remember(traceId: string, line: number, file: number): void {
    const slot = hashOf(traceId) % REMEMBERED;
    // 53 bits of two hashes: no two traces of a real input share them.
    const mark = hashOf(`${traceId}\n`) * 2 ** 21 + (hashOf(`\n${traceId}`) >>> 11) + 1;
    const previous = this.#last === null ? null : this.#last;
    if (this.#finished[slot] === mark)
      this.#unreadable.add({
        file: this.#files[file]!,
        line,
        problem: `the trace ${JSON.stringify(traceId)} was finished before${previous === null ? '' : ` ${JSON.stringify(previous)} began`}: this input is not grouped by trace; check it without --grouped`,
      });
    this.#finished[slot] = mark;
  }
}
