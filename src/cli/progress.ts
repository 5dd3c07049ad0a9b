import { clip } from '../report/plain-text.ts';

const EVERY_MS = 200;
/** Work that is done sooner needs no progress. */
const QUIET_MS = 1000;
/** To the beginning of the line, and what stands in it erased. */
const ERASED = '\r\u001b[2K';

export interface ProgressLine {
  /** @param total Bytes; `null` where it is not known. */
  readonly read: (bytes: number, total: number | null) => void;
  /** What was read is checked now. @param share Of it, from 0 to 1. */
  readonly checked: (share: number) => void;
  /** Erases the line. */
  readonly clear: () => void;
}

export type ProgressStream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> & {
  write(text: string): unknown;
};

/** How far long work is: one line on stderr, and only where that is a terminal. */
export function progressLine(
  stream: ProgressStream = process.stderr,
  now: () => number = Date.now,
): ProgressLine {
  const nothing = () => undefined;
  if (!stream.isTTY) return { read: nothing, checked: nothing, clear: nothing };
  const started = now();
  let next = started + QUIET_MS;
  let shown = false;
  const show = (text: (ms: number) => string) => {
    const time = now();
    if (time < next) return;
    next = time + EVERY_MS;
    shown = true;
    // A line that is broken in two cannot be erased as one.
    stream.write(ERASED + clip(text(time - started), (stream.columns || 80) - 1));
  };
  return {
    read: (bytes, total) =>
      show((ms) => {
        const share = total ? ` of ${mebibytes(total)} MiB (${percent(bytes / total)})` : '';
        return `read ${mebibytes(bytes)} MiB${share}, ${mebibytes((bytes * 1000) / ms)} MiB/s`;
      }),
    checked: (share) => show(() => `checked ${percent(share)} of what was read`),
    clear() {
      if (shown) stream.write(ERASED);
      shown = false;
    },
  };
}

const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
const percent = (share: number) => `${Math.floor(100 * share)} %`;
