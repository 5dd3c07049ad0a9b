import type { RecordedEvent } from '../recording/event.ts';
import type { Exchange } from '../recording/exchange.ts';
import { clip } from './text.ts';

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

/** One line a step: `  e2   tool_call_request   tool=search span=s1`. */
export function line({ id, what, with: details }: Seen): string {
  const named = Object.entries(details)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${bare(value)}`);
  return clip(`  ${id.padEnd(4)} ${clip(what, 44).padEnd(19)} ${named.join(' ')}`.trimEnd(), 80);
}

/** Quoted only where a blank or an odd character would mislead. */
function bare(value: string | number | null): string {
  const text = String(value);
  return /^[\w.:/@+-]+$/.test(text) ? clip(text, 36) : clip(JSON.stringify(text), 36);
}
