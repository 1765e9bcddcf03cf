// Addresses whose machines a person has refused: after three times they are not heard for a while.
const refusalsUntilSilence = 3;
/** The oldest is forgotten beyond this. */
const addressesKept = 256;

type Refusals = { count: number; lastMs: number };

export class RefusedAddresses {
  readonly #silenceMs: number;
  readonly #byAddress = new Map<string, Refusals>();

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
  }

  /** Whether the address is silenced now. */
  refuse(address: string, nowMs: number): boolean {
    const count = (this.#recent(address, nowMs)?.count ?? 0) + 1;
    this.#byAddress.delete(address);
    this.#byAddress.set(address, { count, lastMs: nowMs });
    if (this.#byAddress.size > addressesKept) {
      const [oldest] = this.#byAddress.keys();
      if (oldest !== undefined) this.#byAddress.delete(oldest);
    }
    return count >= refusalsUntilSilence;
  }

  silenced(address: string, nowMs: number): boolean {
    return (this.#recent(address, nowMs)?.count ?? 0) >= refusalsUntilSilence;
  }

  #recent(address: string, nowMs: number): Refusals | undefined {
    const refusals = this.#byAddress.get(address);
    if (refusals === undefined || nowMs - refusals.lastMs < this.#silenceMs) return refusals;
    this.#byAddress.delete(address);
    return undefined;
  }
}
