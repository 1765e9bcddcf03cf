// A token bucket: so many at once, then so many a second.
export class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #atMs: number;

  constructor(o: { perSecond: number; burst: number; nowMs: number }) {
    this.#perMs = o.perSecond / 1000;
    this.#burst = o.burst;
    this.#tokens = o.burst;
    this.#atMs = o.nowMs;
  }

  take(nowMs: number, count = 1): boolean {
    this.#refill(nowMs);
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** Takes what was used already, into debt if need be. */
  drain(nowMs: number, count: number): void {
    this.#refill(nowMs);
    this.#tokens -= count;
  }

  /** How long until `count` tokens are there. */
  waitMs(nowMs: number, count = 1): number {
    this.#refill(nowMs);
    return this.#tokens >= count ? 0 : Math.ceil((count - this.#tokens) / this.#perMs);
  }

  #refill(nowMs: number): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + Math.max(0, nowMs - this.#atMs) * this.#perMs);
    this.#atMs = nowMs;
  }
}
