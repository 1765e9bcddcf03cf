/** Shows what is known of probes, and the rules about them, what their machines found before this process began. */
import type { Clock } from '../runtime/clock.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { BoxTime } from './box-time.ts';
import type { Comings } from './comings.ts';
import { judgesSeries } from './evaluation.ts';
import { type Past, pastOf } from './past.ts';
import type { Effective } from './rules/book.ts';
import { dayMs, minuteMs } from './rules/rule.ts';
import type { Found, JudgedProbes } from './verdict/judged-probes.ts';
import { staleAfterMs } from './verdict/matrix-tally.ts';
import { keptOfProbes, probeCertificate } from './verdict/probe-series.ts';

/** The store keeps every look for so long. */
const mostMs = 2 * dayMs;
const leastMs = 10 * minuteMs;
/** Read at once, of the same machines: each has three names. */
const mostAtOnce = 4;
const betweenMs = 20;
const kept = Object.values(keptOfProbes);

type ProbeWarmUpOptions = {
  store: Pick<StoreClient, 'exportPage'>;
  probes: Pick<JudgedProbes, 'hold' | 'pastOf' | 'recall'>;
  comings: Pick<Comings, 'load' | 'since'>;
  time: BoxTime;
  clock: Clock;
  log: Log;
  /** Whether it is known which machines there are. */
  isReady(): boolean;
  /** All that was read at once was shown. */
  onTurn(): void;
};

type Waiting = { fromMs: number; vantages: readonly number[]; ids: ReadonlySet<string> };

export class ProbeWarmUp {
  readonly #o: ProbeWarmUpOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #closing = new AbortController();
  #working: Promise<void> | null = null;

  constructor(o: ProbeWarmUpOptions) {
    this.#o = o;
  }

  /** Begins anew with these rules. */
  add(place: number, rules: readonly Effective[]): void {
    const { probes, time } = this.#o;
    const found = probes.pastOf(place);
    this.#waiting.delete(place);
    if (found === null) return;
    const { kind, intervalMs, vantages, sinceMs } = found;
    // Only pages have certificates, and of those more of the past counts.
    const isMeant = (rule: Effective) => kind === 'https' || !judgesSeries(rule, probeCertificate + found.id);
    const needs = rules.filter(isMeant).map((rule) => rule.kind.lookbackMs(rule.options, intervalMs));
    const backMs = Math.min(mostMs, Math.max(leastMs, 3 * staleAfterMs(intervalMs), ...needs));
    const fromMs = Math.max(time.atMs() - backMs, sinceMs);
    // It has no past, or nobody who could have one.
    if (vantages.length === 0 || fromMs >= time.atMs()) return;
    probes.hold(place);
    this.#waiting.set(place, { fromMs, vantages, ids: new Set(rules.map(({ id }) => id)) });
    this.wake();
  }

  forget(place: number): void {
    this.#waiting.delete(place);
  }

  /** Something that was waited for may be there. */
  wake(): void {
    if (this.#waiting.size === 0 || !this.#o.isReady() || this.#closing.signal.aborted) return;
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  get isDone(): boolean {
    return this.#working === null;
  }

  async stop(): Promise<void> {
    this.#closing.abort();
    this.#waiting.clear();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { log, clock } = this.#o;
    while (this.#waiting.size > 0 && !this.#closing.signal.aborted) {
      const batch = this.#next();
      const toMs = this.#o.time.wallMs();
      let past: ReadonlyMap<number, Past> = new Map();
      try {
        past = await this.#read(batch, toMs);
      } catch (error) {
        log.warn('probes are watched without their past', { probes: batch.size, error: messageOf(error) });
      }
      for (const [place, one] of batch) {
        // One that began anew meanwhile waits for its turn.
        if (this.#waiting.get(place) !== one) continue;
        this.#waiting.delete(place);
        this.#show(place, one, past);
      }
      this.#o.onTurn();
      await clock.sleep(betweenMs, this.#closing.signal).catch(() => undefined);
    }
  }

  /** The first that waits, and others that are checked by the same machines. */
  #next(): Map<number, Waiting> {
    const batch = new Map<number, Waiting>();
    let who: string | null = null;
    for (const [place, one] of this.#waiting) {
      who ??= one.vantages.join();
      if (one.vantages.join() === who) batch.set(place, one);
      if (batch.size === mostAtOnce) break;
    }
    return batch;
  }

  async #read(batch: ReadonlyMap<number, Waiting>, toMs: number): Promise<Map<number, Past>> {
    const { store, probes, comings, time } = this.#o;
    const waiting = [...batch.values()];
    const fromMs = Math.min(...waiting.map((one) => one.fromMs));
    await comings.load(fromMs);
    const names = [...batch.keys()].flatMap((place) => {
      const id = probes.pastOf(place)?.id;
      return id === undefined ? [] : kept.map((prefix) => prefix + id);
    });
    const past = new Map<number, Past>();
    const query = { names, fromMs: Math.floor(toMs - (time.atMs() - fromMs)), toMs: Math.ceil(toMs) + 1 };
    for (const machine of waiting[0]?.vantages ?? [])
      try {
        past.set(machine, await pastOf(store, { ...query, machine }, 'raw', this.#closing.signal));
      } catch (error) {
        // A machine that was removed has seen nothing.
        if (!(error instanceof Failure && error.code === 'NOT_FOUND')) throw error;
      }
    return past;
  }

  #show(place: number, one: Waiting, past: ReadonlyMap<number, Past>): void {
    const { probes, comings, time } = this.#o;
    const { fromMs, vantages, ids } = one;
    const id = probes.pastOf(place)?.id;
    const found: Found[] = [];
    for (const machine of vantages) {
      for (const { atMs, presence } of comings.since(machine, fromMs))
        found.push({ atMs, machine, isAway: presence.state !== 'up', sinceMs: presence.sinceMs });
      for (const prefix of kept)
        for (const { tMs, value } of past.get(machine)?.get(prefix + id) ?? []) {
          const atMs = time.atOf(tMs);
          if (atMs >= fromMs) found.push({ atMs, machine, series: prefix + id, value, tMs });
        }
    }
    // Who is there is known before what was measured in the same moment.
    found.sort((a, b) => a.atMs - b.atMs || Number('isAway' in b) - Number('isAway' in a));
    probes.recall(place, found, ids);
  }
}
