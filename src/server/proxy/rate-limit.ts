/** Requests per key and fixed window of a minute. Refused requests count. */
export class RateLimit {
  static readonly WINDOW_MS = 60_000;
  /** What the header tells when there is no limit. */
  static readonly UNLIMITED = 1_000_000;
  readonly #limit: number | undefined;
  readonly #windows = new Map<string, { count: number; resetAt: number }>();

  constructor(limit: number | undefined) {
    this.#limit = limit;
  }

  /** Counts one request. */
  take(key: string, now: number): { allowed: boolean; resetAt: string; headers: Record<string, string> } {
    let window = this.#windows.get(key);
    if (!window || window.resetAt <= now) {
      this.#windows.set(key, (window = { count: 0, resetAt: now + RateLimit.WINDOW_MS }));
    }
    window.count++;
    const limit = this.#limit ?? RateLimit.UNLIMITED;
    const resetAt = new Date(window.resetAt).toISOString();
    return {
      allowed: this.#limit === undefined || window.count <= limit,
      resetAt,
      headers: {
        'X-RateLimit-Limit': String(limit),
        'X-RateLimit-Remaining': String(Math.max(0, limit - window.count)),
        'X-RateLimit-Reset': resetAt,
        'X-RateLimit-Backend': 'memory',
      },
    };
  }

  reset(): void {
    this.#windows.clear();
  }
}
