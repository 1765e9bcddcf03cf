/**
 * What web and the door have refused, beside what the agent of this box measures: the counts join its newest tick, so they
 * have its run, its dates and its acks, and a machine has one writer.
 */
import { limits } from '../protocol/limits.ts';
import { metricSeries } from '../protocol/metrics.table.ts';
import type { Series } from '../protocol/series.ts';
import type { Tick } from '../protocol/ticks.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { type Dictionaries, keyOfPart } from './dictionaries.ts';
import { type DoorCount, doorCounts, type Place, type WebCount, webCounts } from './security-series.table.ts';

/** The store gives places to all of these or, being full, to none: see Dictionaries. */
const askStoreEveryMs = 60_000;
/** A tick that was measured longer ago says how things were then; the counts are of now. */
const freshMs = 15_000;
const askWebEveryMs = 15_000;
/** Without a newer answer web is away: then nothing is known, which is not zero. */
const answerHoldsMs = 2 * askWebEveryMs;

const doorNames = Object.keys(doorCounts) as DoorCount[];
const webNames = Object.keys(webCounts) as WebCount[];
const seriesOf = ([metric, attribute]: Place): Series => metricSeries(metric, attribute);
const series: readonly Series[] = [
  ...doorNames.map((name) => seriesOf(doorCounts[name])),
  ...webNames.map((name) => seriesOf(webCounts[name])),
];
const partKey = keyOfPart('security', series);

export type SecurityCounts = {
  /** Whether this is the machine that this box is. */
  isBox(machine: number): boolean;
  door(name: DoorCount): number;
  /** Absent where nobody can be asked. */
  web?: (() => Promise<Record<string, number>>) | undefined;
  /** Smaller in tests. */
  askWebEveryMs?: number | undefined;
};

export class SecuritySeries {
  readonly #counts: SecurityCounts;
  readonly #dictionaries: Pick<Dictionaries, 'recall' | 'ask'>;
  readonly #clock: Clock;
  readonly #log: Log;
  #web: Record<string, number> = {};
  #answeredMs = Number.NEGATIVE_INFINITY;
  #askedWebMs = Number.NEGATIVE_INFINITY;
  #askedStoreMs = Number.NEGATIVE_INFINITY;
  #asking = false;

  constructor(o: {
    counts: SecurityCounts;
    dictionaries: Pick<Dictionaries, 'recall' | 'ask'>;
    clock: Clock;
    log: Log;
  }) {
    this.#counts = o.counts;
    this.#dictionaries = o.dictionaries;
    this.#clock = o.clock;
    this.#log = o.log;
  }

  /** `tick` is the newest of its machine, its values in the order of the store. */
  join(machine: number, tick: Tick, ageMs: number): void {
    if (ageMs > freshMs || !this.#counts.isBox(machine)) return;
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#askedWebMs >= (this.#counts.askWebEveryMs ?? askWebEveryMs)) void this.#askWeb(nowMs);
    const places = this.#dictionaries.recall(machine, partKey);
    if (places === null) {
      if (nowMs - this.#askedStoreMs >= askStoreEveryMs) void this.#askStore(machine, nowMs);
      return;
    }
    const { values } = tick;
    for (const [at, value] of this.#now(nowMs).entries()) {
      const place = places[at]!;
      while (values.length <= place) values.push(undefined);
      values[place] = value;
    }
  }

  #now(nowMs: number): (number | undefined)[] {
    const isKnown = nowMs - this.#answeredMs <= answerHoldsMs;
    return [
      ...doorNames.map((name) => this.#counts.door(name)),
      ...webNames.map((name) => (isKnown ? countOf(this.#web[name]) : undefined)),
    ];
  }

  async #askWeb(nowMs: number): Promise<void> {
    const { web } = this.#counts;
    if (web === undefined || this.#asking) return;
    this.#asking = true;
    this.#askedWebMs = nowMs;
    try {
      this.#web = await web();
      this.#answeredMs = this.#clock.monotonicMs();
    } catch (error) {
      this.#answeredMs = Number.NEGATIVE_INFINITY;
      this.#log.debug('web did not tell what it refused', { reason: messageOf(error) });
    } finally {
      this.#asking = false;
    }
  }

  async #askStore(machine: number, nowMs: number): Promise<void> {
    this.#askedStoreMs = nowMs;
    try {
      await this.#dictionaries.ask(machine, partKey, series);
    } catch (error) {
      this.#log.debug('the store has no places for what is refused', { machine, reason: messageOf(error) });
    }
  }
}

/** What comes from another process is a count, or nothing. */
function countOf(value: unknown): number | undefined {
  const isCount = Number.isSafeInteger(value) && (value as number) >= 0;
  return isCount && (value as number) <= limits.valueMagnitude ? (value as number) : undefined;
}
