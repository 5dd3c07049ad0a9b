import type { Evidence } from '../recording/trace.ts';
import { type Block, forEachFrame, FRAME_HEADER } from './block.ts';
import { owned } from './buffers.ts';
import type { Crew } from './crew.ts';
import { countLines } from './line-blocks.ts';
import type { GroupedPart } from './part.ts';
import { hashOf, traceIdOf } from './trace-id.ts';
import type { UnreadableList } from './unreadable-list.ts';

/** Traces that are remembered as finished, to notice one that comes again. Eight bytes each. */
const REMEMBERED = 2 ** 18;

/** Input in which all events of a trace stand together: hands on blocks that end where a trace ends. */
export class Groups {
  readonly #files: readonly string[];
  readonly #crew: Crew;
  readonly #worlds: readonly Evidence[];
  readonly #unreadable: UnreadableList;
  readonly #finished = new Float64Array(REMEMBERED);
  #previous: string | null = null;
  /** What was read of the trace that goes on in the next block. */
  #held: Block[] = [];
  /** Answers come in any order and are looked at in the order of the input. */
  readonly #answers = new Map<number, GroupedPart['groups']>();
  #given = 0;
  #looked = 0;

  constructor(files: readonly string[], crew: Crew, worlds: readonly Evidence[], unreadable: UnreadableList) {
    this.#files = files;
    this.#crew = crew;
    this.#worlds = worlds;
    this.#unreadable = unreadable;
  }

  async push(block: Block): Promise<void> {
    const end = block.firstLine === null ? lastFramedTrace(block) : lastTrace(block);
    if (end === null) {
      this.#held.push(block);
      return;
    }
    const offset = block.offset === null ? null : block.offset + end.at;
    const tail = { ...block, firstLine: end.line, offset, bytes: owned(block.bytes.subarray(end.at)) };
    this.#held.push({ ...block, bytes: block.bytes.subarray(0, end.at) });
    await this.flush();
    this.#held.push(tail);
  }

  /** Hands on what is held: its traces are complete. */
  async flush(): Promise<void> {
    if (this.#held.length === 0) return;
    const blocks = this.#held;
    const index = this.#given;
    this.#held = [];
    this.#given += 1;
    await this.#crew.checkBlocks(blocks, this.#worlds, (groups) => this.#answer(index, groups));
  }

  #answer(index: number, groups: GroupedPart['groups']): void {
    this.#answers.set(index, groups);
    for (let next = this.#answers.get(this.#looked); next; next = this.#answers.get(this.#looked)) {
      this.#answers.delete(this.#looked);
      this.#looked += 1;
      next.traceIds.forEach((traceId, at) => this.#remember(traceId, next.lines[at]!, next.files[at]!));
    }
  }

  #remember(traceId: string, line: number, file: number): void {
    const slot = hashOf(traceId) % REMEMBERED;
    // 53 bits of two hashes: no two traces of a real input share them.
    const mark = hashOf(`${traceId}\n`) * 2 ** 21 + (hashOf(`\n${traceId}`) >>> 11) + 1;
    const previous = this.#previous;
    if (this.#finished[slot] === mark)
      this.#unreadable.add({
        file: this.#files[file]!,
        line,
        problem: `the trace ${JSON.stringify(traceId)} was finished before${previous === null ? '' : ` ${JSON.stringify(previous)} began`}: this input is not grouped by trace; check it without --grouped`,
      });
    this.#finished[slot] = mark;
    this.#previous = traceId;
  }
}

/** Where the last trace of a block begins, when another one stands before it. */
type Cut = { readonly at: number; readonly line: number | null } | null;

/** Looked for from the end. A line that names no trace belongs to what stands before it. */
function lastTrace({ bytes, firstLine }: Block): Cut {
  let last: string | null = null;
  let begin = 0;
  for (let end = bytes.length; end > 0;) {
    const start = end > 1 ? bytes.lastIndexOf(0x0a, end - 2) + 1 : 0;
    const traceId = traceIdOf(bytes, start, end);
    if (traceId !== null) {
      if (last !== null && traceId !== last)
        return { at: begin, line: firstLine! + countLines(bytes.subarray(0, begin)) };
      last = traceId;
      begin = start;
    }
    end = start;
  }
  return null;
}

function lastFramedTrace({ bytes }: Block): Cut {
  let last: string | null = null;
  let cut: Cut = null;
  forEachFrame(bytes, (_, start, end) => {
    const traceId = traceIdOf(bytes, start, end);
    if (traceId === null || traceId === last) return;
    if (last !== null) cut = { at: start - FRAME_HEADER, line: null };
    last = traceId;
  });
  return cut;
}
