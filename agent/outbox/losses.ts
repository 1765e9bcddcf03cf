/** Ticks that the box will never have, until it has heard of them. Dates by the machine's own clock. */

import type { ClockPair } from './clocks.ts';
import { datesOf } from './dates.ts';

export type Loss = {
  run: string;
  first: number;
  last: number;
  fromMs: number;
  toMs: number;
  /** Whether the machine's clock was right when the dates were taken. */
  synchronised: boolean;
  /** No room; a disk that takes nothing; bytes that changed on it. */
  why: 'full' | 'disk' | 'damage';
};

export function lossOf(
  run: string,
  clocks: readonly ClockPair[],
  o: { first: number; last: number; fromMs: number; toMs: number; why: Loss['why'] },
): Loss {
  const from = datesOf(clocks, o.fromMs);
  const to = datesOf(clocks, o.toMs);
  const { first, last, why } = o;
  const synchronised = from.synchronised && to.synchronised;
  return {
    ...{ run, first, last, why, synchronised },
    fromMs: from.wallMs,
    toMs: Math.max(from.wallMs, to.wallMs),
  };
}

export function continues(before: Loss, loss: Loss): boolean {
  return before.run === loss.run && before.why === loss.why && before.last + 1 === loss.first;
}

export function joined(before: Loss, loss: Loss): Loss {
  const synchronised = before.synchronised && loss.synchronised;
  return { ...before, last: loss.last, toMs: Math.max(before.toMs, loss.toMs), synchronised };
}

export class Losses {
  #all: Loss[] = [];
  /** Not changed any more: on disk, or being told to the box. */
  readonly #settled = new WeakSet<Loss>();

  get all(): readonly Loss[] {
    return this.#all;
  }

  /** Losses that follow each other are one, as long as nobody has been told of them. */
  add(loss: Loss, kept = false): void {
    if (kept) {
      this.#all.push(loss);
      this.#settled.add(loss);
      return;
    }
    const last = this.#all[this.#all.length - 1];
    if (last !== undefined && !this.#settled.has(last) && continues(last, loss))
      this.#all[this.#all.length - 1] = joined(last, loss);
    else this.#all.push(loss);
  }

  get unsettled(): Loss[] {
    return this.#all.filter((loss) => !this.#settled.has(loss));
  }

  settle(losses: readonly Loss[]): void {
    for (const loss of losses) this.#settled.add(loss);
  }

  unsettle(losses: readonly Loss[]): void {
    for (const loss of losses) this.#settled.delete(loss);
  }

  reported(losses: readonly Loss[]): void {
    this.#all = this.#all.filter((loss) => !losses.includes(loss));
  }
}
