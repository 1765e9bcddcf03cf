/**
 * A machine's wire dictionary, mapped to the places that the store gives to its series. A dictionary comes in parts; a part
 * that was seen before, behind the same parts, needs no question: a machine can come back while the store is away.
 */
import { createHash } from 'node:crypto';
import { limits } from '../protocol/limits.ts';
import type { Series } from '../protocol/series.ts';
import type { Clock } from '../runtime/clock.ts';
import type { StoreClient } from '../store/client/client.ts';
import { TokenBucket } from './bucket.ts';

type Known = { key: string; indices: number[] };
type Memory = { known: Known[]; highest: number; fresh: TokenBucket };

const partsKept = 4;

export class TooManySeries extends Error {}

export class Dictionaries {
  readonly #store: Pick<StoreClient, 'series'>;
  readonly #clock: Clock;
  readonly #byMachine = new Map<number, Memory>();

  constructor(o: { store: Pick<StoreClient, 'series'>; clock: Clock }) {
    this.#store = o.store;
    this.#clock = o.clock;
  }

  /** Known already, or null: then `ask`. */
  recall(machine: number, key: string): readonly number[] | null {
    return this.#byMachine.get(machine)?.known.find((one) => one.key === key)?.indices ?? null;
  }

  async ask(machine: number, key: string, series: readonly Series[]): Promise<readonly number[]> {
    const memory = this.#byMachine.get(machine);
    if (memory !== undefined && memory.fresh.waitMs(this.#clock.monotonicMs()) > 0) {
      throw new TooManySeries(`more than ${limits.newSeriesPerHour} new series within an hour`);
    }
    const indices = await this.#store.series(machine, series);
    this.#learn(machine, key, indices);
    return indices;
  }

  forget(machine: number): void {
    this.#byMachine.delete(machine);
  }

  #learn(machine: number, key: string, indices: number[]): void {
    const nowMs = this.#clock.monotonicMs();
    const perHour = limits.newSeriesPerHour;
    const highest = indices.reduce((most, index) => Math.max(most, index), -1);
    let memory = this.#byMachine.get(machine);
    if (memory === undefined) {
      const fresh = new TokenBucket({ perSecond: perHour / 3_600, burst: perHour, nowMs });
      memory = { known: [], highest, fresh };
      this.#byMachine.set(machine, memory);
    }
    // The store hands out places in order, so a higher one is a new series. Asking itself costs one, too.
    memory.fresh.drain(nowMs, 1 + Math.max(0, highest - memory.highest));
    memory.highest = Math.max(memory.highest, highest);
    // What the store had no room for may have some later: it is asked again.
    if (!indices.includes(-1)) memory.known = [{ key, indices }, ...memory.known].slice(0, partsKept);
  }
}

/** Names a part by its content and by everything before it. */
export function keyOfPart(before: string, series: readonly Series[]): string {
  const hash = createHash('sha256').update(before);
  for (const one of series) hash.update(`\n${one.name}\n${one.unit}\n${one.scale}\n${one.kind}`);
  return hash.digest('base64');
}
