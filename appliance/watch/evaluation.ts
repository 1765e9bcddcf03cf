/**
 * Rules over machines: what each remembers, and its verdict whenever that changes. The same for what is measured now and
 * for what was: it knows no clock, no store, and no incidents.
 */
import type { Evidence, Verdict } from './client/types.ts';
import type { Effective } from './rules/book.ts';
import { hourMs, type Input, type Presence } from './rules/rule.ts';

/** Stands for the box itself, whose signs belong to no machine; incidents say null. What is below stands for a probe. */
export const boxItself = 0;

export type Judgement = {
  rule: Effective;
  machine: number;
  subject: string;
  verdict: Verdict;
  evidence: Evidence;
  /** On the axis of the inputs. */
  atMs: number;
};

export function machineOf({ machine }: Pick<Judgement, 'machine'>): number | null {
  return machine <= boxItself ? null : machine;
}

/** What is judged: one rule for one subject of one machine. */
type Case = {
  readonly rule: Effective;
  readonly subject: string;
  state: unknown;
  verdict: Verdict;
  readonly begunMs: number;
  /** When it was measured last; NaN before. */
  lastMs: number;
};

type Watched = {
  readonly rules: readonly Effective[];
  presence: Presence;
  readonly bySeries: Map<string, Case[]>;
  readonly own: Case[];
};

export type Value = { value: number; rate?: number | undefined };
/** A value of a series; without one, how the machine was from then on. */
export type Recalled = Partial<Value> & { atMs: number; presence?: Presence; series?: string };

export const alwaysUp: Presence = {
  ...{ state: 'up', sinceMs: Number.NEGATIVE_INFINITY, heardMs: Number.NEGATIVE_INFINITY },
  ...{ expectedOff: false, expectedSinceMs: Number.NEGATIVE_INFINITY },
};

/** Of a machine that is up: a series that has had no value for so long is not there any more. */
const usuallyGoneAfterMs = hourMs;

export class Evaluation {
  readonly #machines = new Map<number, Watched>();
  readonly #goneAfterMs: number;
  readonly #onVerdict: (judgement: Judgement) => void;
  readonly #onGone: (rule: Effective, machine: number, subject: string) => void;
  readonly #wasBad: (rule: string, machine: number, subject: string) => boolean;

  constructor(o: {
    onVerdict(judgement: Judgement): void;
    /** Nothing is left that could be judged. */
    onGone?(rule: Effective, machine: number, subject: string): void;
    wasBad?(rule: string, machine: number, subject: string): boolean;
    goneAfterMs?: number;
  }) {
    this.#goneAfterMs = o.goneAfterMs ?? usuallyGoneAfterMs;
    this.#onVerdict = o.onVerdict;
    this.#onGone = o.onGone ?? (() => undefined);
    this.#wasBad = o.wasBad ?? (() => false);
  }

  get machines(): number[] {
    return [...this.#machines.keys()];
  }

  get cases(): number {
    let sum = 0;
    for (const { own, bySeries } of this.#machines.values()) {
      sum += own.length;
      for (const cases of bySeries.values()) sum += cases.length;
    }
    return sum;
  }

  presenceOf(machine: number): Presence | undefined {
    return this.#machines.get(machine)?.presence;
  }

  /** Begins anew with a machine: what its rules remembered is forgotten. */
  watch(machine: number, rules: readonly Effective[], presence: Presence, atMs: number): void {
    const watched: Watched = { rules, presence, bySeries: new Map(), own: [] };
    this.#machines.set(machine, watched);
    for (const rule of rules) {
      if (rule.kind.metrics(rule.options).length === 0)
        watched.own.push(this.#begin(rule, machine, '', atMs));
    }
  }

  forget(machine: number): void {
    this.#machines.delete(machine);
  }

  /** So that an incident that was open goes on, also if its series never comes back. */
  adopt(machine: number, subject: string, atMs: number): void {
    const watched = this.#machines.get(machine);
    if (watched !== undefined && subject !== '') this.#casesOf(watched, machine, subject, atMs);
  }

  sample(machine: number, series: string, value: Value, atMs: number): void {
    const watched = this.#machines.get(machine);
    if (watched === undefined) return;
    for (const one of this.#casesOf(watched, machine, series, atMs)) {
      // The last value stands until there is another.
      if (one.lastMs === atMs) continue;
      one.lastMs = atMs;
      this.#step(machine, one, { atMs, presence: watched.presence, value: value.value, rate: value.rate });
    }
  }

  /**
   * What was before this process knew of it, oldest first: it leaves memories, and no verdict. What these rules remember
   * begins with it.
   */
  recall(machine: number, past: Iterable<Recalled>, rules: ReadonlySet<string>): void {
    const watched = this.#machines.get(machine);
    if (watched === undefined) return;
    const isMeant = ({ rule }: Case) => rules.has(rule.id);
    const all = () => [...watched.own, ...[...watched.bySeries.values()].flat()].filter(isMeant);
    for (const one of all()) one.state = one.rule.kind.begin(this.#wasBad(one.rule.id, machine, one.subject));
    for (const { atMs, presence = alwaysUp, series, value, rate } of past) {
      const cases =
        series === undefined ? all() : this.#casesOf(watched, machine, series, atMs).filter(isMeant);
      for (const one of cases) {
        if (series !== undefined) one.lastMs = atMs;
        one.state = one.rule.kind.step(one.state, { atMs, presence, value, rate }, one.rule.options).state;
      }
    }
    this.#inOrder(watched);
  }

  /** Of several that went bad meanwhile the first by name is judged first, however they were read. */
  #inOrder({ bySeries }: Watched): void {
    const sorted = [...bySeries].sort(([a], [b]) => (a < b ? -1 : 1));
    bySeries.clear();
    for (const [series, cases] of sorted) bySeries.set(series, cases);
  }

  /** The machine came, went, or is expected otherwise. */
  presence(machine: number, presence: Presence, atMs: number): void {
    const watched = this.#machines.get(machine);
    if (watched === undefined) return;
    watched.presence = presence;
    this.#pass(machine, watched, atMs);
  }

  /** Time has passed. */
  time(atMs: number): void {
    for (const [machine, watched] of this.#machines) this.#pass(machine, watched, atMs);
  }

  #pass(machine: number, watched: Watched, atMs: number): void {
    const { presence, bySeries, own } = watched;
    const input = { atMs, presence };
    for (const one of own) this.#step(machine, one, input);
    // A probe that is checked once a day is still there.
    const isThere = presence.state === 'up' && machine >= boxItself;
    for (const [series, cases] of bySeries) {
      for (const one of cases) this.#step(machine, one, input);
      const first = cases[0];
      if (!isThere || first === undefined) continue;
      const lastMs = Math.max(presence.sinceMs, Number.isNaN(first.lastMs) ? first.begunMs : first.lastMs);
      if (atMs - lastMs < this.#goneAfterMs) continue;
      bySeries.delete(series);
      for (const { rule, subject } of cases) this.#onGone(rule, machine, subject);
    }
  }

  #casesOf(watched: Watched, machine: number, series: string, atMs: number): readonly Case[] {
    const known = watched.bySeries.get(series);
    if (known !== undefined) return known;
    const cases = watched.rules
      .filter((rule) => judgesSeries(rule, series))
      .map((rule) => this.#begin(rule, machine, series, atMs));
    watched.bySeries.set(series, cases);
    return cases;
  }

  #begin(rule: Effective, machine: number, subject: string, atMs: number): Case {
    const wasBad = this.#wasBad(rule.id, machine, subject);
    const state = rule.kind.begin(wasBad);
    // Whatever was known of it is not known any more.
    if (wasBad) this.#onVerdict({ rule, machine, subject, verdict: 'unknown', evidence: {}, atMs });
    return { rule, subject, state, verdict: 'unknown', begunMs: atMs, lastMs: Number.NaN };
  }

  #step(machine: number, one: Case, input: Input): void {
    const { rule, subject } = one;
    const { state, verdict, evidence } = rule.kind.step(one.state, input, rule.options);
    one.state = state;
    if (verdict === one.verdict) return;
    one.verdict = verdict;
    this.#onVerdict({ rule, machine, subject, verdict, evidence, atMs: input.atMs });
  }
}

export function judgesSeries(rule: Effective, series: string): boolean {
  const { kind, options } = rule;
  const matches = kind.metrics(options).some((metric) => fits(metric, series));
  return matches && (kind.judges?.(series, options) ?? true);
}

function fits(metric: string, series: string): boolean {
  return metric.endsWith('*') ? series.startsWith(metric.slice(0, -1)) : series === metric;
}
