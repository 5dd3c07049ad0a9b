/** One server-sent event, ready for the wire. Line breaks in `data` are kept as they are, as the proxy does. */
export function formatEvent(data: string, event?: string): string {
  return event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
}

/**
 * Cuts a stream into blocks at blank lines, wherever the chunks end. Only `\n\n` counts, as in the proxy: a stream that
 * is framed with CRLF stays one block, and its events are lost.
 */
export class BlockSplitter {
  #rest = '';

  /** The blocks that `chunk` completes. */
  push(chunk: string): string[] {
    const blocks = (this.#rest + chunk).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks;
  }

  /** What stands after the last blank line. */
  end(): string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest.trim() === '' ? [] : [rest];
  }
}

/** The data lines of a block, joined by a line break; `null` for a block without any (a comment, a lone `event:`). */
export function dataOf(block: string): string | null {
  let data: string | null = null;
  for (const line of block.split('\n')) {
    if (!line.startsWith('data:')) continue;
    const value = line.slice('data:'.length).trimStart();
    data = data === null ? value : `${data}\n${value}`;
  }
  return data;
}
