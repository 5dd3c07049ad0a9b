import { constants, gunzipSync } from 'node:zlib';

/** Packs without the end of a member, and unpacks without asking for it. */
export const untilNow = { finishFlush: constants.Z_SYNC_FLUSH };

/** The text of the longest beginning in which zlib finds no fault. */
export function readableText(packed: Buffer): Buffer {
  let text: Buffer = Buffer.alloc(0);
  let sound = 0;
  for (let faulty = packed.length + 1; faulty - sound > 1;) {
    const middle = Math.floor((sound + faulty) / 2);
    try {
      text = gunzipSync(packed.subarray(0, middle), untilNow);
      sound = middle;
    } catch {
      faulty = middle;
    }
  }
  return text;
}

export function isWhole(packed: Buffer): boolean {
  try {
    gunzipSync(packed);
    return true;
  } catch {
    return false;
  }
}
