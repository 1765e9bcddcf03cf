/** Shows the rules of a machine what was measured before this process began, so that a restart forgets no five minutes. */
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { BoxTime } from './box-time.ts';
import { type Evaluation, judgesSeries } from './evaluation.ts';
import { coarsePastOf, type Past, pastOf } from './past.ts';
import type { Effective } from './rules/book.ts';
import { hourMs, minuteMs } from './rules/rule.ts';

/** How finely is looked at how much: the first that reaches far enough. */
const reaches = [
  { mostMs: 30 * minuteMs, stepMs: null },
  { mostMs: 6 * hourMs, stepMs: minuteMs },
  { mostMs: Number.POSITIVE_INFINITY, stepMs: hourMs },
] as const;
const betweenMs = 20;

type WarmUpOptions = {
  store: Pick<StoreClient, 'latest' | 'exportPage' | 'range'>;
  evaluation: Evaluation;
  time: BoxTime;
  clock: Clock;
  log: Log;
};

export class WarmUp {
  readonly #o: WarmUpOptions;
  readonly #waiting = new Map<number, readonly Effective[]>();
  readonly #closing = new AbortController();
  #working: Promise<void> | null = null;

  constructor(o: WarmUpOptions) {
    this.#o = o;
  }

  /** What is measured now is in the past that will be read. */
  isCold(machine: number): boolean {
    return this.#waiting.has(machine);
  }

  add(machine: number, rules: readonly Effective[]): void {
    if (!rules.some((rule) => rule.kind.lookbackMs(rule.options) > 0)) return;
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
      try {
        await this.#warm(machine, rules);
      } catch (error) {
        this.#o.log.warn('a machine is watched without its past', { machine, error: messageOf(error) });
      }
      // Rules that were changed meanwhile wait for their turn.
      if (this.#waiting.get(machine) === rules) this.#waiting.delete(machine);
      await this.#o.clock.sleep(betweenMs, this.#closing.signal).catch(() => undefined);
    }
  }

  async #warm(machine: number, rules: readonly Effective[]): Promise<void> {
    const names = (await this.#o.store.latest(machine)).map(({ name }) => name);
    const groups = new Map<
      (typeof reaches)[number],
      { names: Set<string>; mostMs: number; rules: Effective[] }
    >();
    for (const rule of rules) {
      const backMs = rule.kind.lookbackMs(rule.options);
      const judged = backMs > 0 ? names.filter((name) => judgesSeries(rule, name)) : [];
      const reach = reaches.find(({ mostMs }) => backMs <= mostMs);
      if (judged.length === 0 || reach === undefined) continue;
      const group = groups.get(reach) ?? { names: new Set<string>(), mostMs: 0, rules: [] };
      for (const name of judged) group.names.add(name);
      groups.set(reach, { ...group, mostMs: Math.max(group.mostMs, backMs), rules: [...group.rules, rule] });
    }
    for (const [{ stepMs }, group] of groups) {
      const toMs = this.#o.time.wallMs();
      const presence = this.#o.evaluation.presenceOf(machine);
      let fromMs = toMs - group.mostMs;
      if (stepMs === null) {
        // What was pending when it left is forgotten, by those who saw it leave too.
        if (presence?.state !== 'up') continue;
        fromMs = Math.max(fromMs, toMs - (this.#o.time.atMs() - presence.sinceMs));
      }
      const query = {
        machine,
        names: [...group.names],
        fromMs: Math.floor(fromMs),
        toMs: Math.ceil(toMs) + 1,
      };
      const past =
        stepMs === null
          ? await pastOf(this.#o.store, query, 'raw', this.#closing.signal)
          : await coarsePastOf(this.#o.store, query, stepMs);
      if (this.#waiting.get(machine) !== rules) return;
      this.#show(machine, past, new Set(group.rules.map(({ id }) => id)));
    }
  }

  #show(machine: number, past: Past, only: ReadonlySet<string>): void {
    const { evaluation, time } = this.#o;
    for (const [name, samples] of past) {
      const dated = samples.map(({ tMs, ...value }) => ({ ...value, atMs: time.atOf(tMs) }));
      evaluation.remember(machine, name, dated, only);
    }
  }
}
