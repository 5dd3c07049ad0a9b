const EVERY_MS = 200;
/** Work that is done sooner needs no progress. */
const QUIET_MS = 1000;

/** How far long work is: one line on stderr, and only where that is a terminal. */
export function progressLine(): { update: (bytes: number, total: number | null) => void; clear: () => void } {
  if (!process.stderr.isTTY) return { update: () => undefined, clear: () => undefined };
  const started = Date.now();
  let next = started + QUIET_MS;
  let shown = false;
  return {
    update(bytes, total) {
      const now = Date.now();
      if (now < next) return;
      next = now + EVERY_MS;
      shown = true;
      const read = `${(bytes / 2 ** 20).toFixed(0)} MiB`;
      const share = total
        ? ` of ${(total / 2 ** 20).toFixed(0)} MiB (${Math.floor((100 * bytes) / total)} %)`
        : '';
      const rate = (bytes / 2 ** 20 / ((now - started) / 1000)).toFixed(0);
      process.stderr.write(`\r\u001b[2Kread ${read}${share}, ${rate} MiB/s`);
    },
    clear() {
      if (shown) process.stderr.write('\r\u001b[2K');
      shown = false;
    },
  };
}
