import { BlockSplitter, dataOf } from '../../protocol/sse.ts';
import type { EventDraft, StreamTap } from './model-route.ts';

/** Reads along while a stream passes unchanged. */
export class PassThrough<Reader extends { read(data: string): void }> implements StreamTap {
  readonly #blocks = new BlockSplitter();
  readonly #reader: Reader;
  readonly #events: (reader: Reader) => EventDraft[];

  constructor(reader: Reader, events: (reader: Reader) => EventDraft[]) {
    this.#reader = reader;
    this.#events = events;
  }

  push(text: string): string {
    this.#read(this.#blocks.push(text));
    return text;
  }

  end(): string {
    this.#read(this.#blocks.end());
    return '';
  }

  events(): EventDraft[] {
    return this.#events(this.#reader);
  }

  #read(blocks: string[]): void {
    for (const block of blocks) {
      const data = dataOf(block);
      if (data !== null) this.#reader.read(data);
    }
  }
}
