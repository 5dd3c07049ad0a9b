import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { quote } from '../recording/read/unreadable.ts';
import { type Block, Frames } from './block.ts';
import { InputError } from './input-error.ts';
import { JsonElements } from './json-elements.ts';
import { pageOf, pageRecord, parseText } from './parse-record.ts';
import { LineBlocks } from './line-blocks.ts';
import { LineCounter } from './line-counter.ts';
import { readLineFile } from './line-file.ts';
import { traceIdOf } from './trace-id.ts';
import { unpack } from './unpack.ts';

const BLOCK_SIZE = 2 ** 20;
/** How much of the beginning is looked at to tell what the input is. */
const SNIFFED = 64 * 1024;

export interface InputEvents {
  /** Something that could not be read; the rest is read on. */
  readonly unreadable: (line: number, problem: string) => void;
  /** Bytes taken from the file or pipe, for progress. */
  readonly progress: (bytes: number) => void;
}

/** Reads a file or, as `-`, standard input. Its form is told from its beginning; gzip is unpacked. */
export async function* readInput(path: string, file: number, events: InputEvents): AsyncGenerator<Block> {
  try {
    yield* isPlainFile(path) ? readPlainFile(path, file, events) : readStream(path, null, file, events);
  } catch (error) {
    throw asInputError(error, path);
  }
}

function isPlainFile(path: string): boolean {
  return path !== '-' && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Lines are read without a stream; streams leave a buffer behind for each block. */
async function* readPlainFile(path: string, file: number, events: InputEvents): AsyncGenerator<Block> {
  const descriptor = openSync(path, 'r');
  try {
    const begin = Buffer.alloc(SNIFFED);
    const read = readSync(descriptor, begin, 0, SNIFFED, 0);
    const hasLines = !isPacked(begin) && formOf(begin.subarray(0, read), path) === 'lines';
    yield* hasLines ? readLineFile(descriptor, file, events) : readStream(path, descriptor, file, events);
  } finally {
    closeSync(descriptor);
  }
}

/** @param descriptor Of a file that can be read more than once. */
async function* readStream(
  path: string,
  descriptor: number | null,
  file: number,
  events: InputEvents,
): AsyncGenerator<Block> {
  const raw: Readable = path === '-' ? process.stdin : createReadStream(path, { highWaterMark: BLOCK_SIZE });
  const { begin, rest } = await peek(counted(raw, events.progress));
  if (isPacked(begin)) {
    const again = descriptor === null ? null : (bytes: number) => firstBytes(descriptor, bytes);
    const inner = await peek(unpack(rest, again, events.unreadable));
    yield* readForm(inner.begin, inner.rest, path, file, events);
  } else yield* readForm(begin, rest, path, file, events);
}

function firstBytes(descriptor: number, bytes: number): Readable {
  return createReadStream('', {
    fd: descriptor,
    autoClose: false,
    start: 0,
    end: bytes - 1,
    highWaterMark: BLOCK_SIZE,
  });
}

function isPacked(begin: Buffer): boolean {
  return begin[0] === 0x1f && begin[1] === 0x8b;
}

async function* readForm(
  begin: Buffer,
  chunks: AsyncIterable<Buffer>,
  path: string,
  file: number,
  events: InputEvents,
): AsyncGenerator<Block> {
  switch (formOf(begin, path)) {
    case 'lines':
      return yield* readLines(chunks, file, events);
    case 'document':
      return yield* readDocument(chunks, file, events);
    case 'csv':
      return yield* readCsv(chunks, file, events, begin);
  }
}

function formOf(begin: Buffer, path: string): 'lines' | 'document' | 'csv' {
  if (isUtf16(begin))
    throw new InputError(`${path}: this is UTF-16; write it as UTF-8, as "iconv -f UTF-16 -t UTF-8" does.`);
  const text = begin.toString('utf8').replace(/^\ufeff/, '');
  const trimmed = text.trimStart();
  const [first = ''] = trimmed.split('\n', 1);
  if (trimmed === '' || parses(first)) return 'lines';
  if (trimmed.startsWith('[')) return 'document';
  const second = trimmed.slice(first.length + 1);
  if (trimmed.startsWith('{'))
    return /[{[,:]\s*$/.test(first) && !second.startsWith('{') ? 'document' : 'lines';
  if (!first.includes('{') && /(^|[,;\t"])"?trace_?id"?([,;\t"\r]|$)/i.test(first)) {
    if (text.split('\n', 1)[0]!.slice(0, -1).includes('\r'))
      throw new InputError(
        `${path}: the lines of this CSV end in \\r alone; end them in \\n, as "tr '\\r' '\\n'" does.`,
      );
    return 'csv';
  }
  if (second.startsWith('{')) return 'lines';
  throw new InputError(
    `${path}: neither events nor a recording; it begins with ${quote(first)}. ` +
      'Give NDJSON or a JSON array of events, a reply of GET /api/events, rows of trace_events as JSON or as CSV ' +
      'with a header line (COPY … WITH (FORMAT csv, HEADER)), or a recording of whyops-testkit; gzip is fine.',
  );
}

/** As PowerShell writes it: with a mark at the beginning, or with every other byte of ASCII zero. */
function isUtf16(begin: Buffer): boolean {
  const [first, second, third, fourth] = begin;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const isZero = [first, second, third, fourth].map((byte) => byte === 0).join();
  return isZero === 'false,true,false,true' || isZero === 'true,false,true,false';
}

function parses(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

async function* readLines(
  chunks: AsyncIterable<Buffer>,
  file: number,
  events: InputEvents,
): AsyncGenerator<Block> {
  const lines = new LineBlocks(file, events.unreadable);
  for await (const chunk of chunks) {
    const block = lines.push(chunk);
    if (block) yield block;
  }
  const last = lines.end();
  if (last) yield last;
}

async function* readDocument(
  chunks: AsyncIterable<Buffer>,
  file: number,
  events: InputEvents,
): AsyncGenerator<Block> {
  const frames = new Frames();
  const push = (bytes: Buffer, line: number) => frames.push(bytes, 0, bytes.length, { file, world: 0, line });
  const inReply: (string | null)[] = [];
  const elements = new JsonElements({
    element(bytes, line, ofReply) {
      push(bytes, line);
      if (ofReply) inReply.push(traceIdOf(bytes, 0, bytes.length));
    },
    reply(bytes, line) {
      const traceIds = inReply.splice(0);
      try {
        const page = pageOf(parseText(bytes.toString('utf8')), traceIds);
        if (page) push(Buffer.from(pageRecord(page)), line);
      } catch (error) {
        events.unreadable(line, (error as Error).message);
      }
    },
  });
  let problem = 'the JSON ends here in the middle: it was cut off, or a bracket is missing before';
  try {
    for await (const chunk of chunks) {
      elements.push(chunk);
      if (frames.length > BLOCK_SIZE)
        yield { file, world: 0, firstLine: null, offset: null, bytes: frames.take() };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    problem = `the rest of the file cannot be read: ${error.message}`;
  }
  const cut = elements.end();
  if (frames.length > 0) yield { file, world: 0, firstLine: null, offset: null, bytes: frames.take() };
  if (cut) events.unreadable(cut.cutOffAt, problem);
}

/** Columns whose values are JSON. */
const JSON_COLUMNS: ReadonlySet<unknown> = new Set(['content', 'metadata']);

async function* readCsv(
  chunks: AsyncIterable<Buffer>,
  file: number,
  events: InputEvents,
  begin: Buffer,
): AsyncGenerator<Block> {
  const { parse: csvParser } = await import('csv-parse');
  const [header = ''] = begin.toString('utf8').split('\n', 1);
  const delimiter = [',', '\t', ';'].reduce((a, b) =>
    header.split(b).length > header.split(a).length ? b : a,
  );
  const lines = new LineCounter();
  const parser = csvParser({
    columns: (names: string[]) => names.map(columnName),
    bom: true,
    delimiter,
    record_delimiter: ['\n', '\r\n'],
    info: true,
    skip_records_with_error: true,
    skip_empty_lines: true,
    max_record_size: 256 * 2 ** 20,
    // An empty field is NULL, an empty text stands in quotes: so COPY writes it.
    cast: (value, context) => (value === '' && !context.quoting && !context.header ? null : value),
    // Lines are counted here, since the parser counts \r as well, and since it is ahead of the rows that are read from it.
    on_record: ({ record, info }: { record: CsvRow['record']; info: { bytes: number } }): CsvRow => ({
      record,
      line: lines.lineAt(info.bytes - 1) - lineBreaksIn(record),
    }),
  });
  let toldOf = 0;
  parser.on('skip', (error: CsvProblem) => {
    const line = lineOf(error, lines);
    // A stray quote is noticed several times in one row.
    if (line === toldOf) return;
    toldOf = line;
    events.unreadable(line, `no CSV row: ${withoutLine(error)}`);
  });
  const frames = new Frames();
  const rows = pump(seenBy(lines, chunks), parser) as unknown as AsyncIterable<CsvRow>;
  try {
    for await (const { record, line } of rows) {
      const text = Buffer.from(rowAsJson(record, (problem) => events.unreadable(line, problem)));
      if (text.length > 0) frames.push(text, 0, text.length, { file, world: 0, line });
      if (frames.length > BLOCK_SIZE)
        yield { file, world: 0, firstLine: null, offset: null, bytes: frames.take() };
    }
  } catch (error) {
    const problem = error as CsvProblem;
    if (!problem.code?.startsWith('CSV_')) throw error;
    events.unreadable(lineOf(problem, lines), `the rest of the file is no CSV: ${withoutLine(problem)}`);
  }
  if (frames.length > 0) yield { file, world: 0, firstLine: null, offset: null, bytes: frames.take() };
}

interface CsvProblem extends NodeJS.ErrnoException {
  /** Where the last field ended, or the last row with its line end. */
  readonly bytes: number;
  /** How many fields of the row were read. */
  readonly index: number;
}

function lineOf({ bytes, index }: CsvProblem, lines: LineCounter): number {
  return index === 0 ? lines.lineOfText(bytes) : lines.lineAt(bytes - 1);
}

/** What the parser says, without the line as it counts. */
function withoutLine({ message }: CsvProblem): string {
  return message.replaceAll(/ (at|on) line \d+/g, '');
}

async function* seenBy(lines: LineCounter, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    lines.push(chunk);
    yield chunk;
  }
}

/** Some programs write the names of columns in capitals. */
function columnName(name: string): string {
  const trimmed = name.trim();
  return /[a-z]/.test(trimmed) ? trimmed : trimmed.toLowerCase();
}

interface CsvRow {
  readonly record: Readonly<Record<string, string | null>>;
  /** On which it begins. */
  readonly line: number;
}

/** Line breaks within the fields of a row. */
function lineBreaksIn(record: CsvRow['record']): number {
  let found = 0;
  for (const name in record) {
    const value = record[name] ?? '';
    for (let at = value.indexOf('\n'); at >= 0; at = value.indexOf('\n', at + 1)) found += 1;
  }
  return found;
}

function rowAsJson(record: Record<string, string | null>, unreadable: (problem: string) => void): string {
  const members: string[] = [];
  for (const [name, value] of Object.entries(record)) {
    if (value === null || !JSON_COLUMNS.has(name))
      members.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
    else if (parses(value)) members.push(`${JSON.stringify(name)}:${value}`);
    else {
      unreadable(`the column ${name} holds ${quote(value)}, which is not JSON`);
      return '';
    }
  }
  return `{${members.join(',')}}`;
}

/** The first bytes, and everything from the beginning. */
async function peek(chunks: AsyncIterable<Buffer>): Promise<{ begin: Buffer; rest: AsyncIterable<Buffer> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let size = 0;
  let ended = false;
  while (size < SNIFFED && !ended) {
    const { value, done } = await iterator.next();
    ended = done === true;
    if (value) {
      first.push(value as Buffer);
      size += (value as Buffer).length;
    }
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield* first.map(withoutByteOrderMark);
    if (!ended) yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { begin: Buffer.concat(first).subarray(0, SNIFFED), rest: all() };
}

function withoutByteOrderMark(chunk: Buffer, index: number): Buffer {
  return index === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf
    ? chunk.subarray(3)
    : chunk;
}

async function* counted(stream: Readable, progress: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    progress((chunk as Buffer).length);
    yield chunk as Buffer;
  }
}

/** Sends chunks through a transform, one at a time: what the reader does not take is not produced. */
function pump(chunks: AsyncIterable<Buffer>, through: NodeJS.ReadWriteStream): AsyncIterable<Buffer> {
  void (async () => {
    try {
      for await (const chunk of chunks)
        if (!through.write(chunk)) await new Promise((resolve) => through.once('drain', resolve));
      through.end();
    } catch (error) {
      (through as unknown as Readable).destroy(error as Error);
    }
  })();
  return through as unknown as AsyncIterable<Buffer>;
}

function asInputError(error: unknown, path: string): unknown {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new InputError(`${path}: there is no such file.`);
  if (code === 'EISDIR') return new InputError(`${path}: this is a folder; name the files in it.`);
  if (code === 'EACCES') return new InputError(`${path}: reading it is not allowed.`);
  if (syscall !== undefined) return new InputError(`${path}: ${message}.`);
  return error;
}
