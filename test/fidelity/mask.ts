/**
 * Replaces what differs between any two runs of the real backend: generated ids, times, durations. Equal ids get equal
 * marks, so that a reply that names the wrong event is still seen.
 */
export class Mask {
  readonly #marks = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** Trace ids that were sent by the client are no generated ones, whatever they look like. */
  readonly #sent: string;

  constructor(sentText: string) {
    this.#sent = sentText;
  }

  /** The generated ids that were seen, and their marks. */
  get marks(): ReadonlyMap<string, string> {
    return this.#marks;
  }

  apply(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (Array.isArray(value)) return value.map((element) => this.apply(element));
    if (typeof value !== 'object' || value === null) return value;
    const hashIsGenerated = holdsGeneratedId(value);
    const members = Object.entries(value).map(([key, member]) => {
      if (key === 'metadata' && hashIsGenerated) return [key, this.apply(withoutHash(member))];
      return [this.#text(key), this.#member(key, member)];
    });
    return Object.fromEntries(members) as unknown;
  }

  #member(key: string, member: unknown): unknown {
    if (key === 'createdAt' || key === 'updatedAt') return '<time>';
    if (key === 'timestamp' && typeof member === 'string' && isRecent(member)) return '<time>';
    if (key === 'latencyMs' && typeof member === 'number') return '<ms>';
    if (key === 'providerId') return '<provider>';
    return this.apply(member);
  }

  #text(text: string): string {
    return readSignatures(text)
      .replace(UUID, (id) => (id.startsWith('00000000-0000-4000-8000-') ? id : this.#mark('uuid', id)))
      .replace(/span_(?:[\w-]{21}|[\w-]{16})(?![\w-])/g, (id) => this.#mark('span', id))
      .replace(/thread_[\w-]{16}(?![\w-])/g, (id) => this.#mark('thread', id))
      .replace(/("created":)\d{13}(?!\d)/g, '$1"<ms>"');
  }

  #mark(kind: string, id: string): string {
    if (this.#sent.includes(id)) return id;
    const known = this.#marks.get(id);
    if (known) return known;
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    const mark = `<${kind} ${count}>`;
    this.#marks.set(id, mark);
    return mark;
  }
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const GENERATED = /thread_[\w-]{16}(?![\w-])/;

/** Whether a content hash over this event takes in something generated. */
function holdsGeneratedId(event: object): boolean {
  const { metadata, content, traceId } = event as {
    metadata?: unknown;
    content?: unknown;
    traceId?: unknown;
  };
  return typeof metadata === 'object' && GENERATED.test(readSignatures(JSON.stringify([content, traceId])));
}

function withoutHash(metadata: unknown): unknown {
  const { idempotencyKey } = metadata as { idempotencyKey?: string };
  return idempotencyKey?.startsWith('hash_')
    ? { ...(metadata as object), idempotencyKey: '<hash>' }
    : metadata;
}

/** Sent timestamps of the scenarios lie in other years than the recording, or any run of this harness. */
function isRecent(timestamp: string): boolean {
  const year = Number(timestamp.slice(0, 4));
  return year >= 2026 && year < 2099;
}

/** Invisible signatures in words: U+200B, a bit a character (U+200C is 1, U+200D is 0), U+200E. */
function readSignatures(text: string): string {
  return text.replace(/\u200b([\u200c\u200d]*)\u200e/g, (_, bits: string) => {
    const characters = bits.match(/.{8}/gu) ?? [];
    const codes = characters.map((bits8) =>
      parseInt(bits8.replaceAll('\u200c', '1').replaceAll('\u200d', '0'), 2),
    );
    return `<signed ${String.fromCharCode(...codes)}>`;
  });
}
