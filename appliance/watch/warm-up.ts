/**
 * Shows the rules of a machine what was measured before this process began, and how the machine came and went meanwhile, so
 * that a restart changes nothing.
 */
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { BoxTime } from './box-time.ts';
import type { Came, Comings } from './comings.ts';
import { type Evaluation, judgesSeries, type Recalled, type Value } from './evaluation.ts';
import { coarsePastOf, type Past, pastOf, type Sample } from './past.ts';
import type { Effective } from './rules/book.ts';
import { hourMs, minuteMs } from './rules/rule.ts';

/** How finely is looked at how much: the first that reaches far enough. Of minutes the last are looked at finely, too. */
const reaches = [
  { mostMs: 30 * minuteMs, stepMs: null },
  { mostMs: 6 * hourMs, stepMs: minuteMs },
  { mostMs: Number.POSITIVE_INFINITY, stepMs: hourMs },
] as const;
type Reach = (typeof reaches)[number];
const fineMs = 10 * minuteMs;
const betweenMs = 20;

type WarmUpOptions = {
  store: Pick<StoreClient, 'latest' | 'exportPage' | 'range'>;
  evaluation: Evaluation;
  comings: Pick<Comings, 'load' | 'since'>;
  time: BoxTime;
  clock: Clock;
  log: Log;
  /** All that was read at once was shown. */
  onTurn(): void;
};

type Held = Value & { series: string; atMs: number; tMs: number };
type Reading = { machine: number; held: Held[]; newestMs: Map<string, number> };
/** Rules that look as far back, and remember as long. */
type Group = { reach: Reach; outlives: boolean; names: Set<string>; mostMs: number; ids: Set<string> };

export class WarmUp {
  readonly #o: WarmUpOptions;
  readonly #waiting = new Map<number, readonly Effective[]>();
  readonly #closing = new AbortController();
  #working: Promise<void> | null = null;
  /** The machine whose past is being read, what is measured of it meanwhile, and up to which date each series was read. */
  #reading: Reading | null = null;

  constructor(o: WarmUpOptions) {
    this.#o = o;
  }

  /** Whether its past is still to be read: then what is measured now is in it, or is kept until then. */
  holds(machine: number, value: Held): boolean {
    if (!this.#waiting.has(machine)) return false;
    if (this.#reading?.machine === machine) this.#reading.held.push(value);
    return true;
  }

  add(machine: number, rules: readonly Effective[]): void {
    if (!rules.some((rule) => rule.kind.lookbackMs(rule.options) > 0)) return;
    this.#waiting.delete(machine);
    this.#waiting.set(machine, rules);
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
  }

  forget(machine: number): void {
    this.#waiting.delete(machine);
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
    for (const [machine, rules] of this.#waiting) {
      if (this.#closing.signal.aborted) return;
      const reading: Reading = { machine, held: [], newestMs: new Map() };
      this.#reading = reading;
      try {
        await this.#warm(reading, rules);
      } catch (error) {
        this.#o.log.warn('a machine is watched without its past', { machine, error: messageOf(error) });
      }
      this.#reading = null;
      // Rules that were changed meanwhile wait for their turn.
      if (this.#waiting.get(machine) === rules) {
        this.#waiting.delete(machine);
        this.#goOn(reading);
      }
      await this.#o.clock.sleep(betweenMs, this.#closing.signal).catch(() => undefined);
    }
  }

  /** Its past was read, as far as it could be: it is judged from now on. */
  #goOn({ machine, held, newestMs }: Reading): void {
    const { evaluation, time, onTurn } = this.#o;
    const presence = evaluation.presenceOf(machine);
    if (presence !== undefined) evaluation.presence(machine, presence, time.atMs());
    // What reached the store behind its answer is older than the question, and was not read.
    for (const { series, atMs, tMs, value, rate } of held)
      if (tMs > (newestMs.get(series) ?? Number.NEGATIVE_INFINITY))
        evaluation.sample(machine, series, { value, rate }, atMs);
    onTurn();
  }

  async #warm({ machine, newestMs }: Reading, rules: readonly Effective[]): Promise<void> {
    const { store, evaluation, comings, time } = this.#o;
    const toMs = time.wallMs();
    const names = (await store.latest(machine)).map(({ name }) => name).sort();
    const atMs = time.atMs();
    for (const group of groupsOf(rules, names)) {
      const presence = evaluation.presenceOf(machine);
      // What was pending when it left is forgotten, by those who saw it leave too.
      if (!group.outlives && presence?.state !== 'up') continue;
      const sinceMs = group.outlives ? Number.NEGATIVE_INFINITY : (presence?.sinceMs ?? atMs);
      const fromMs = Math.max(atMs - group.mostMs, sinceMs);
      if (group.outlives) await comings.load(fromMs);
      const past = await this.#read(machine, group, { fromMs: toMs - (atMs - fromMs), toMs });
      if (this.#waiting.get(machine) !== rules) return;
      for (const [name, samples] of past)
        newestMs.set(name, Math.max(newestMs.get(name) ?? 0, samples.at(-1)?.tMs ?? 0));
      const came = group.outlives ? comings.since(machine, fromMs) : [{ atMs: fromMs, presence: presence! }];
      evaluation.recall(
        machine,
        together(came, past, (tMs) => time.atOf(tMs)),
        group.ids,
      );
    }
  }

  async #read(machine: number, { reach, names }: Group, { fromMs, toMs }: { fromMs: number; toMs: number }) {
    const { store } = this.#o;
    const { signal } = this.#closing;
    const query = { machine, names: [...names], fromMs: Math.floor(fromMs), toMs: Math.ceil(toMs) + 1 };
    if (names.size === 0) return new Map<string, Sample[]>();
    if (reach.stepMs === null) return pastOf(store, query, 'raw', signal);
    const past = await coarsePastOf(store, query, reach.stepMs);
    if (reach.stepMs !== minuteMs) return past;
    // What was pending counts by the second.
    const fineFromMs = Math.max(query.fromMs, query.toMs - fineMs);
    const fine = await pastOf(store, { ...query, fromMs: fineFromMs }, 'raw', signal);
    for (const [name, samples] of fine)
      past.set(name, [...(past.get(name) ?? []).filter(({ tMs }) => tMs < fineFromMs), ...samples]);
    return past;
  }
}

function groupsOf(rules: readonly Effective[], names: readonly string[]): Group[] {
  const groups: Group[] = [];
  for (const { id, kind, options, ...rule } of rules) {
    const backMs = kind.lookbackMs(options);
    const reach = reaches.find(({ mostMs }) => backMs <= mostMs);
    const judged = names.filter((name) => judgesSeries({ id, kind, options, ...rule }, name));
    const isOwn = kind.metrics(options).length === 0;
    if (backMs <= 0 || reach === undefined || (judged.length === 0 && !isOwn)) continue;
    const outlives = kind.outlives === true;
    let group = groups.find((one) => one.reach === reach && one.outlives === outlives);
    if (group === undefined) {
      group = { reach, outlives, names: new Set(), mostMs: 0, ids: new Set() };
      groups.push(group);
    }
    for (const name of judged) group.names.add(name);
    group.mostMs = Math.max(group.mostMs, backMs);
    group.ids.add(id);
  }
  return groups;
}

/** Series one after the other, from one coming or going to the next. */
function* together(came: readonly Came[], past: Past, atOf: (tMs: number) => number): Generator<Recalled> {
  const next = new Map([...past.keys()].map((name) => [name, 0]));
  for (const [nth, { atMs, presence }] of came.entries()) {
    const untilMs = came[nth + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    yield { atMs, presence };
    for (const [series, samples] of past) {
      let at = next.get(series)!;
      for (; at < samples.length; at++) {
        const { tMs, value, rate } = samples[at]!;
        const sampleMs = atOf(tMs);
        if (sampleMs >= untilMs) break;
        yield { atMs: sampleMs, presence, series, value, rate };
      }
      next.set(series, at);
    }
  }
}
