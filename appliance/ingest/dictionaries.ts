/**
 * A machine's wire dictionary, mapped to the places that the store gives to its series. A dictionary comes in parts; a part
 * that was seen before, behind the same parts, needs no question: a machine can come back while the store is away.
 */
import { createHash } from 'node:crypto';
import { limits } from '../protocol/limits.ts';
import type { Series } from '../protocol/series.ts';
import { isOfProbe, probeOf } from '../protocol/series-room.ts';
import type { Clock } from '../runtime/clock.ts';
import type { StoreClient } from '../store/client/client.ts';
import { TokenBucket } from './bucket.ts';

type Known = { key: string; indices: number[] };
type Memory = { known: Known[]; highest: number; fresh: TokenBucket; ofProbes: TokenBucket };

const partsKept = 4;
/** Each new probe comes in a part of its own; how many there are is decided by people. */
const probePartsPerHour = 1_000;

export class TooManySeries extends Error {}

export class Dictionaries {
  readonly #store: Pick<StoreClient, 'series'>;
  readonly #clock: Clock;
  readonly #isAssigned: (machine: number, probe: string) => boolean;
  readonly #byMachine = new Map<number, Memory>();

  constructor(o: {
    store: Pick<StoreClient, 'series'>;
    clock: Clock;
    /** Whether the machine runs this probe, as far as watch has said it. */
    isAssigned?: (machine: number, probe: string) => boolean;
  }) {
    this.#store = o.store;
    this.#clock = o.clock;
    this.#isAssigned = o.isAssigned ?? (() => false);
  }

  /** Known already, or null: then `ask`. */
  recall(machine: number, key: string): readonly number[] | null {
    return this.#byMachine.get(machine)?.known.find((one) => one.key === key)?.indices ?? null;
  }

  async ask(machine: number, key: string, series: readonly Series[]): Promise<readonly number[]> {
    const memory = this.#byMachine.get(machine);
    const nowMs = this.#clock.monotonicMs();
    const bucket = series.every(isOfProbe) ? memory?.ofProbes : memory?.fresh;
    if (bucket !== undefined && bucket.waitMs(nowMs) > 0) {
      throw new TooManySeries(`more than ${limits.newSeriesPerHour} new series within an hour`);
    }
    const named = new Set(series.flatMap((one) => probeOf(one) ?? []));
    const probes = [...named].filter((probe) => this.#isAssigned(machine, probe));
    // The store knows what it has had: names of probes that ended, or of which nobody has spoken yet, stay what they are.
    const indices = await this.#store.series(machine, series, probes);
    this.#learn(machine, key, indices, series);
    return indices;
  }

  forget(machine: number): void {
    this.#byMachine.delete(machine);
  }

  #learn(machine: number, key: string, indices: number[], series: readonly Series[]): void {
    const nowMs = this.#clock.monotonicMs();
    const perHour = limits.newSeriesPerHour;
    const highest = indices.reduce((most, index) => Math.max(most, index), -1);
    let memory = this.#byMachine.get(machine);
    if (memory === undefined) {
      const fresh = new TokenBucket({ perSecond: perHour / 3_600, burst: perHour, nowMs });
      const ofProbes = new TokenBucket({
        ...{ perSecond: probePartsPerHour / 3_600, burst: probePartsPerHour, nowMs },
      });
      memory = { known: [], highest, fresh, ofProbes };
      this.#byMachine.set(machine, memory);
    }
    // The store hands out places in order, so a higher one is a new series. Asking itself costs one, too.
    const { highest: before } = memory;
    const fresh = indices.filter((index, at) => index > before && !isOfProbe(series[at]!)).length;
    if (series.every(isOfProbe)) memory.ofProbes.drain(nowMs, 1);
    else memory.fresh.drain(nowMs, 1 + fresh);
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
