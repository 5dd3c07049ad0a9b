/** What a fault is played on: agent registration, event ingestion, or a proxied model call. */
export const FAULT_TARGETS = ['init', 'ingest', 'model'] as const;
export type FaultTarget = (typeof FAULT_TARGETS)[number];

/** Something that goes wrong at the edge of WhyOps, once, on the next request of its target. */
export type Fault =
  /** Answered with this status; nothing stored. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** Processed as usual, then answered with this status: the sender believes that it failed. */
  | {
      readonly kind: 'store-then-status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  /** The connection is closed without an answer; nothing stored. */
  | { readonly kind: 'drop' }
  /** Processed as usual, then the connection is closed without an answer. */
  | { readonly kind: 'store-then-drop' }
  /** Processed and answered as usual, this many milliseconds late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Never answered; nothing stored. */
  | { readonly kind: 'hang' }
  /** 200 with an HTML page, as a captive portal gives it; nothing stored. */
  | { readonly kind: 'not-json' }
  /** 200, but the connection ends in the middle of the body; nothing stored. */
  | { readonly kind: 'truncate' }
  /** 302 to another address; nothing stored. */
  | { readonly kind: 'redirect'; readonly to: string; readonly status?: 301 | 302 | 303 | 307 | 308 };

export type FaultKind = Fault['kind'];

const REQUIRED: Readonly<Record<FaultKind, Readonly<Record<string, 'number' | 'string'>>>> = {
  status: { status: 'number' },
  'store-then-status': { status: 'number' },
  drop: {},
  'store-then-drop': {},
  delay: { ms: 'number' },
  hang: {},
  'not-json': {},
  truncate: {},
  redirect: { to: 'string' },
};

export interface QueuedFault {
  readonly target: FaultTarget;
  readonly fault: Fault;
}

/** The faults of one fake: played in the order given, each once, never at random. */
export class Faults {
  readonly #queues: Record<FaultTarget, Fault[]> = { init: [], ingest: [], model: [] };
  #played: QueuedFault[] = [];

  /**
   * Plays `faults` on the next requests of `target`, one a request.
   * @throws Error that quotes an unknown target or kind, or names the member that is missing.
   */
  next(target: FaultTarget, ...faults: readonly Fault[]): void {
    if (!FAULT_TARGETS.includes(target)) {
      throw new Error(
        `faults.next("${String(target)}", …): the target is one of ${FAULT_TARGETS.join(', ')}.`,
      );
    }
    if (faults.length === 0)
      throw new Error(`faults.next("${target}"): name a fault, such as { kind: 'drop' }.`);
    for (const fault of faults) validate(fault);
    this.#queues[target].push(...faults);
  }

  /** Takes the fault for the next request of `target`, if there is one. */
  take(target: FaultTarget): Fault | undefined {
    const fault = this.#queues[target].shift();
    if (fault) this.#played.push({ target, fault });
    return fault;
  }

  /** Whether any fault is left to be played. */
  get waiting(): boolean {
    return FAULT_TARGETS.some((target) => this.#queues[target].length > 0);
  }

  /** The faults that were played, in order. */
  get played(): readonly QueuedFault[] {
    return this.#played;
  }

  /** The faults that no request has met yet. */
  get unused(): readonly QueuedFault[] {
    return FAULT_TARGETS.flatMap((target) => this.#queues[target].map((fault) => ({ target, fault })));
  }

  reset(): void {
    for (const target of FAULT_TARGETS) this.#queues[target].length = 0;
    this.#played = [];
  }
}

function validate(fault: Fault): void {
  const required = (REQUIRED as Record<string, Record<string, string>>)[fault?.kind];
  if (!required) {
    throw new Error(
      `There is no fault ${JSON.stringify(fault)}. Kinds: ${Object.keys(REQUIRED).join(', ')}.`,
    );
  }
  for (const [member, type] of Object.entries(required)) {
    if (typeof (fault as unknown as Record<string, unknown>)[member] !== type) {
      throw new Error(`The fault ${JSON.stringify(fault)} needs "${member}", a ${type}.`);
    }
  }
}
