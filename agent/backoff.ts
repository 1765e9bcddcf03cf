/** How long to wait before the next attempt: full jitter, so that a fleet does not come back as one. */
const BASE_MS = 1_000;
const CAP_MS = 60_000;

export class Backoff {
  readonly #random: () => number;
  #failures = 0;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** A time between 0 and base × 2^n, at most the cap. What the box asked for comes on top. */
  next(askedMs = 0): number {
    const mostMs = Math.min(CAP_MS, BASE_MS * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    return askedMs + this.#random() * mostMs;
  }

  reset(): void {
    this.#failures = 0;
  }
}
