import { closeSync, openSync, writeSync } from 'node:fs';
import { eventLine, exchangeLine, headerLine } from '../recording/ndjson.ts';
import type { Recording } from '../recording/recording.ts';
import { Completions, isEvent, type Item } from './completions.ts';
import { CommandError } from './exit-code.ts';

/**
 * Writes a recording while it grows, each exchange and event as soon as it is final: a process that is killed leaves what
 * it had seen, for `check`.
 */
export class RecordingFile {
  readonly #file: string;
  readonly #completions: Completions;
  readonly #descriptor: number;
  #failure: Error | null = null;

  /** @throws CommandError when the file cannot be written, before anything runs. */
  constructor(file: string, recording: Recording) {
    this.#file = file;
    this.#completions = new Completions(recording);
    try {
      this.#descriptor = openSync(file, 'w');
    } catch (error) {
      throw new CommandError(`--record ${file}: ${(error as Error).message}.`);
    }
    this.#write(() => `${headerLine(recording.evidence)}\n`);
  }

  /** Never throws: it is called from within the fake. */
  readonly append = (): void => this.#writeItems(this.#completions.take());

  /** Adds what never became final. @returns what could not be written: the report is wanted all the same. */
  close(): CommandError | null {
    this.append();
    this.#writeItems(this.#completions.rest());
    closeSync(this.#descriptor);
    return this.#failure && new CommandError(`--record ${this.#file}: ${this.#failure.message}.`);
  }

  #writeItems(items: readonly Item[]): void {
    if (items.length > 0) this.#write(() => items.map(lineOf).join(''));
  }

  #write(text: () => string): void {
    if (this.#failure) return;
    try {
      const bytes = Buffer.from(text());
      for (let written = 0; written < bytes.length;) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      this.#failure = error as Error;
    }
  }
}

const lineOf = (item: Item) => `${isEvent(item) ? eventLine(item) : exchangeLine(item)}\n`;
