import { availableParallelism } from 'node:os';
import { statSync } from 'node:fs';
import { readItem } from '../recording/ndjson.ts';
import { type Evidence, STORED_ROWS_ONLY } from '../recording/trace.ts';
import { selectRules } from '../rules/check.ts';
import { type Block } from './block.ts';
import { owned } from './buffers.ts';
import { Crew } from './crew.ts';
import { Groups } from './groups.ts';
import { Merger } from './outcome.ts';
import type { Part } from './part.ts';
import { readInput } from './read-input.ts';
import type { Assignment } from './station.ts';
import { UnreadableList } from './unreadable-list.ts';

export interface CheckInputsOptions {
  /** Ids of the rules to check; all by default. */
  readonly rules?: readonly string[] | undefined;
  /** All events of a trace stand together, as `ORDER BY trace_id` gives them: memory stays flat for any size. */
  readonly grouped?: boolean | undefined;
  /** Threads to check with, this one among them; default: all cores where the input is large, else this one alone. */
  readonly jobs?: number | undefined;
  /** Keep timelines of traces without findings too, as far as the input is small. */
  readonly allTimelines?: boolean | undefined;
  readonly share?: Assignment['share'];
  /** The result is one of several to be merged: keep what may be joined with traces of the others. */
  readonly joinable?: boolean | undefined;
  /** Told how many bytes were read, and then which share of them was checked. */
  readonly progress?: {
    readonly read: (bytes: number, total: number | null) => void;
    readonly checked: (share: number) => void;
  };
}

/** Below this, starting threads takes longer than the work. Bytes. */
const SMALL = 24 * 2 ** 20;
/** Records that are kept in memory before they are sorted on disk, over all threads. Bytes. */
const MEMORY = 16 * 2 ** 20;
/** What is read back at a time in the second pass over ungrouped input. Bytes. */
const PARTITION = 8 * 2 ** 20;

/** Checks files of any size and form. @throws InputError when an input as a whole cannot be read. */
export async function checkInputs(
  paths: readonly string[],
  options: CheckInputsOptions = {},
): Promise<Merger> {
  return checkBlocks(
    paths,
    (file, events) => readInput(paths[file]!, file, events),
    totalSize(paths),
    options,
  );
}

type ReadBlocks = (
  file: number,
  events: { unreadable: (line: number, problem: string) => void; progress: (bytes: number) => void },
) => AsyncIterable<Block>;

/** @param total Bytes of all files; `null` where it is not known. */
export async function checkBlocks(
  files: readonly string[],
  read: ReadBlocks,
  total: number | null,
  options: CheckInputsOptions,
): Promise<Merger> {
  const rules = selectRules(options.rules);
  const merger = new Merger(rules);
  const jobs = options.jobs ?? (total !== null && total < SMALL ? 1 : availableParallelism());
  const assignment: Assignment = {
    files,
    rules: options.rules,
    partitions: total === null ? 512 : Math.min(512, Math.max(16, Math.ceil(total / PARTITION))),
    memoryLimit: MEMORY / jobs,
    allTimelines: options.allTimelines === true && (total === null || total < SMALL),
    share: options.share,
    joinable: options.joinable === true,
  };
  let reading = true;
  let parts = 0;
  const done = (part: Part) => {
    merger.add(part);
    if (!reading) options.progress?.checked(Math.min(1, ++parts / assignment.partitions));
  };
  const crew = new Crew(jobs, assignment, done);
  const worlds: Evidence[] = [STORED_ROWS_ONLY];
  const unreadable = new UnreadableList();
  // Each share reads all of the input: the first one tells what could not be read.
  const isFirst = options.share === undefined || options.share.index === 1;
  const groups = options.grouped ? new Groups(files, crew, worlds, unreadable) : null;
  let bytes = 0;
  try {
    for (let file = 0; file < files.length; file += 1) {
      let world = 0;
      const events = {
        unreadable: (line: number, problem: string) => {
          if (isFirst) unreadable.add({ file: files[file]!, line, problem });
        },
        progress: (read: number) => options.progress?.read((bytes += read), total),
      };
      for await (const whole of read(file, events)) {
        for (const piece of splitAtHeaders(whole)) {
          if (piece.header !== null) {
            try {
              const item = readItem(JSON.parse(piece.header), (problem) => {
                throw new Error(problem);
              });
              if ('evidence' in item) world = worlds.push(item.evidence) - 1;
            } catch (error) {
              events.unreadable(
                piece.block.firstLine ?? 1,
                `no header of a recording: ${(error as Error).message}`,
              );
            }
          } else if (groups && world === 0) await groups.push(piece.block);
          else await crew.sort({ ...piece.block, world });
        }
      }
    }
    reading = false;
    await groups?.flush();
    await crew.finish(worlds, options.joinable === true);
  } finally {
    await crew.close();
  }
  merger.add({
    checked: [],
    traces: 0,
    events: 0,
    sections: [],
    unreadable: { count: unreadable.count, first: unreadable.first },
    repeated: 0,
    pages: [],
  });
  return merger;
}

interface Piece {
  readonly block: Block;
  /** The line itself, when the block is the header of a recording. */
  readonly header: string | null;
}

/** A header line begins a new recording: what stands before it and behind it are blocks of their own. */
function splitAtHeaders(block: Block): readonly Piece[] {
  if (block.firstLine === null || !mayHaveHeader(block.bytes)) return [{ block, header: null }];
  const { bytes } = block;
  const pieces: Piece[] = [];
  let line = block.firstLine;
  let from = 0;
  let fromLine = line;
  const cut = (end: number) => {
    if (end <= from) return;
    const offset = block.offset === null ? null : block.offset + from;
    // A copy: a block owns its buffer.
    const own = owned(bytes.subarray(from, end));
    pieces.push({ block: { ...block, firstLine: fromLine, offset, bytes: own }, header: null });
  };
  for (let start = 0; start < bytes.length; line += 1) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 ? bytes.length : newline;
    if (/^\s*\{\s*"recording"/.test(bytes.toString('latin1', start, Math.min(end, start + 40)))) {
      cut(start);
      pieces.push({
        block: { ...block, firstLine: line, bytes: Buffer.alloc(0) },
        header: bytes.toString('utf8', start, end),
      });
      from = end + 1;
      fromLine = line + 1;
    }
    start = end + 1;
  }
  cut(bytes.length);
  return pieces;
}

/** Whether a line begins with a brace and a member whose name begins with `r`. A search for the name takes longer. */
function mayHaveHeader(bytes: Buffer): boolean {
  for (let start = 0; start < bytes.length;) {
    const brace = skipSpace(bytes, start);
    if (bytes[brace] === 0x7b) {
      const name = skipSpace(bytes, brace + 1);
      if (bytes[name] === 0x22 && bytes[name + 1] === 0x72) return true;
    }
    const newline = bytes.indexOf(0x0a, start);
    if (newline < 0) return false;
    start = newline + 1;
  }
  return false;
}

/** Past what may be white space in some encoding: looking closer is for whoever finds a header. */
function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && (bytes[at]! <= 0x20 || bytes[at]! >= 0x80)) at += 1;
  return at;
}

function totalSize(paths: readonly string[]): number | null {
  let total = 0;
  for (const path of paths) {
    // Unpacked, gzip is of any size.
    if (path === '-' || path.endsWith('.gz')) return null;
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) continue;
    total += stats.size;
  }
  return total;
}
