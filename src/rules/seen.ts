import type { RecordedEvent } from '../recording/event.ts';
import type { Exchange } from '../recording/exchange.ts';
import { clip, COLUMNS, LONGEST_NAME, quote } from './text.ts';

/** An event or exchange as facts name it: plain data for one line of a message. */
export interface Seen {
  /** `e…` or `x…`. */
  readonly id: string;
  /** The event type, or method and path. */
  readonly what: string;
  /** What matters for the contradiction, in order. */
  readonly with: Readonly<Record<string, string | number | null>>;
}

export function seenEvent(event: RecordedEvent, details: Seen['with'] = {}): Seen {
  return { id: event.id, what: event.eventType, with: details };
}

export function seenExchange(exchange: Exchange, details: Seen['with'] = {}): Seen {
  return { id: exchange.id, what: `${exchange.method} ${exchange.path}`, with: details };
}

/** One line a step, `  e2   tool_call_request   tool=search span=s1`; what finds no room goes on below, nothing is left out. */
export function line({ id, what, with: details }: Seen): string {
  const lines = [`  ${id.padEnd(4)} ${clip(what, 44).padEnd(19)}`];
  for (const [name, value] of Object.entries(details)) {
    if (value === null) continue;
    const detail = `${name}=${bare(String(value))}`;
    const longer = `${lines.at(-1)} ${detail}`;
    if (longer.length <= COLUMNS) lines.splice(-1, 1, longer);
    else lines.push(' '.repeat(27) + detail);
  }
  return lines.map((text) => text.trimEnd()).join('\n');
}

/** Quoted only where a blank or an odd character would mislead. */
function bare(text: string): string {
  return /^[\w.:/@+-]+$/.test(text) ? clip(text, LONGEST_NAME) : quote(text);
}
