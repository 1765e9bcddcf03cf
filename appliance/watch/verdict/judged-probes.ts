/** Probes as rules are shown them: what each vantage point measures goes into the tally, its rounds to the evaluation. */
import type { Machine } from '../../store/client/client.ts';
import type { ProbeDefinition } from '../client/probes.ts';
import type { Evidence } from '../client/types.ts';
import { alwaysUp, type Evaluation, type Recalled } from '../evaluation.ts';
import type { Presence } from '../rules/rule.ts';
import { type Cell, judgeMatrix, type Matrix } from './matrix.ts';
import { keptOf, type Look, Tally } from './matrix-tally.ts';
import { probeIdOf, probeState } from './probe-series.ts';

type Judged = {
  readonly probe: ProbeDefinition;
  /** Below 0; what the evaluation calls it. */
  readonly place: number;
  readonly vantages: readonly number[];
  readonly tally: Tally;
  presence: Presence;
  shownMs: number;
  /** Since when it is checked as it is, on the axis of values. */
  readonly sinceMs: number;
  /** What is measured while its past is still to be read. */
  held: Measured[] | null;
};

type Measured = { atMs: number; machine: number; series: string; value: number; tMs: number };
/** Of the past: a look, or that a machine came or went. */
export type Found = Measured | { atMs: number; machine: number; isAway: boolean; sinceMs: number };

export type JudgedProbesOptions = {
  evaluation: Pick<Evaluation, 'presence' | 'sample' | 'recall'>;
  atMs(): number;
  machine(machine: number): Machine | undefined;
  /** Since when it is heard, on the axis of values. */
  upSinceMs(machine: number): number;
  /** The machine whose agent is the box's own. */
  box(): number | undefined;
  /** To be judged from now on, anew; or not any more. */
  onBegin(place: number): void;
  onEnd(place: number, id: string): void;
};

export class JudgedProbes {
  readonly #o: JudgedProbesOptions;
  readonly #byId = new Map<string, Judged>();
  readonly #byPlace = new Map<number, Judged>();
  #all: readonly ProbeDefinition[] = [];
  #lastPlace = 0;
  #box: number | undefined;
  #sinceOf: (id: string) => number = () => Number.NEGATIVE_INFINITY;
  /** Of those that were stopped by now: what was found before counts no more. */
  readonly #endedMs = new Map<string, number>();

  constructor(o: JudgedProbesOptions) {
    this.#o = o;
  }

  /**
   * All that there are; those that are stopped are not judged. Who is checked otherwise than before begins anew; `sinceOf`
   * says since when one is checked as it is, as far as that was before this process.
   */
  define(probes: readonly ProbeDefinition[], sinceOf = this.#sinceOf): void {
    this.#all = probes;
    this.#sinceOf = sinceOf;
    this.#box = this.#o.box();
    for (const id of this.#endedMs.keys()) if (this.find(id) === undefined) this.#endedMs.delete(id);
    const wanted = new Map(probes.filter(({ enabled }) => enabled).map((probe) => [probe.id, probe]));
    for (const [id, judged] of [...this.#byId]) if (!wanted.has(id)) this.#end(judged);
    for (const probe of wanted.values()) {
      const before = this.#byId.get(probe.id);
      const vantages = this.#vantagesOf(probe);
      const isSame =
        before !== undefined && checked(before.probe, before.vantages) === checked(probe, vantages);
      if (!isSame) this.#begin(probe, vantages, before);
      else if (JSON.stringify(before.probe) !== JSON.stringify(probe)) {
        // Name and groups: who is told how, and which rules hold.
        this.#keep({ ...before, probe });
        if (before.probe.groups.join() !== probe.groups.join()) this.#o.onBegin(before.place);
      }
    }
  }

  /** Machines are others: who checks may be the box, or be away. */
  machinesChanged(): void {
    // Those that nobody else checks are checked by another one now.
    if (this.#o.box() !== this.#box) this.define(this.#all);
    for (const { tally, vantages } of this.#byId.values()) this.#whoIsThere(tally, vantages);
    this.#look();
  }

  /** `tMs`: its date, which stays the same when it is told again. */
  value(machine: number, series: string, value: number, atMs: number, tMs = atMs): void {
    const found = keptOf(series);
    const judged = found === null ? undefined : this.#byId.get(found.id);
    if (found === null || judged === undefined) return;
    if (judged.held !== null) {
      judged.held.push({ atMs, machine, series, value, tMs });
      return;
    }
    // What was measured before it came back says nothing about now.
    if (atMs < this.#o.upSinceMs(machine)) return;
    const wasKnown = judged.tally.isKnown(atMs);
    const tallied = judged.tally.value(machine, found.kept, value, atMs, tMs);
    if (tallied === null) return;
    if (judged.presence.state === 'up' && !wasKnown) this.#turn(judged, 'silent', atMs);
    // What several machines measured in one moment comes one after the other.
    judged.shownMs = Math.max(atMs, judged.shownMs + 1e-3);
    if (judged.presence.state !== 'up') this.#turn(judged, 'up', judged.shownMs);
    this.#o.evaluation.sample(judged.place, tallied.series, { value: tallied.value }, judged.shownMs);
  }

  /** What its past is: of which machines, and since when. Null: there is no such probe. */
  pastOf(place: number) {
    const judged = this.#byPlace.get(place);
    if (judged === undefined) return null;
    const { probe, vantages, sinceMs } = judged;
    const { id, kind, intervalMs } = probe;
    return { id, kind, intervalMs, vantages, sinceMs };
  }

  /** Its past will be told: what is measured until then comes after it. */
  hold(place: number): void {
    const judged = this.#byPlace.get(place);
    if (judged !== undefined) judged.held ??= [];
  }

  /** What was found, oldest first, as if it were found now; what was held and is not among it goes on from there. */
  recall(place: number, found: readonly Found[], ids: ReadonlySet<string>): void {
    const before = this.#byPlace.get(place);
    if (before === undefined) return;
    const tally = new Tally(before.probe, before.vantages);
    const shown: Recalled[] = [];
    const newestMs = new Map<string, number>();
    let presence = unknown(before.sinceMs);
    let shownMs = Number.NEGATIVE_INFINITY;
    const turn = (state: Presence['state'], atMs: number) => {
      presence = { ...alwaysUp, state, sinceMs: atMs };
      shown.push({ atMs, presence });
    };
    for (const one of found) {
      if ('isAway' in one) {
        tally.away(one.machine, one.isAway, one.sinceMs);
        if (presence.state === 'up' && !tally.isKnown(one.atMs)) turn('silent', one.atMs);
        continue;
      }
      newestMs.set(`${one.machine} ${one.series}`, one.tMs);
      const named = keptOf(one.series);
      if (named === null) continue;
      const wasKnown = tally.isKnown(one.atMs);
      const tallied = tally.value(one.machine, named.kept, one.value, one.atMs, one.tMs);
      if (tallied === null) continue;
      if (presence.state === 'up' && !wasKnown) turn('silent', one.atMs);
      shownMs = Math.max(one.atMs, shownMs + 1e-3);
      if (presence.state !== 'up') turn('up', shownMs);
      shown.push({ ...tallied, atMs: shownMs, presence });
    }
    this.#whoIsThere(tally, before.vantages);
    tally.inherit(before.tally);
    const atMs = this.#o.atMs();
    if (presence.state === 'up' && !tally.isKnown(atMs)) turn('silent', atMs);
    this.#keep({ ...before, tally, presence, shownMs, held: null });
    this.#o.evaluation.recall(place, shown, ids);
    this.#o.evaluation.presence(place, presence, atMs);
    for (const { machine, series, value, atMs: heldMs, tMs } of before.held ?? []) {
      const isNew = tMs > (newestMs.get(`${machine} ${series}`) ?? Number.NEGATIVE_INFINITY);
      if (isNew && heldMs >= before.sinceMs) this.value(machine, series, value, heldMs, tMs);
    }
  }

  /** The words of what a machine found. */
  result(
    machine: number,
    probe: string,
    verdict: Cell['verdict'],
    reason: Cell['reason'],
    atMs = this.#o.atMs(),
  ): void {
    this.#byId.get(probe)?.tally.result(machine, verdict, reason, atMs);
  }

  look(): void {
    this.#look();
  }

  /** Also those that are stopped. */
  all(): readonly ProbeDefinition[] {
    return this.#all;
  }

  /** Whether it is judged or not. */
  find(id: string): ProbeDefinition | undefined {
    return this.#all.find((probe) => probe.id === id);
  }

  probeAt(place: number): ProbeDefinition | undefined {
    return this.#byPlace.get(place)?.probe;
  }

  placeOf(id: string): number | undefined {
    return this.#byId.get(id)?.place;
  }

  presenceOf(place: number): Presence {
    return this.#byPlace.get(place)?.presence ?? unknown(0);
  }

  matrixOf(id: string): Matrix | null {
    const judged = this.#byId.get(id);
    if (judged === undefined) return null;
    const box = this.#o.box();
    const cells = judged.tally.cells(this.#o.atMs(), (machine) => ({
      name: this.#o.machine(machine)?.name ?? '',
      isBox: machine === box,
    }));
    return judgeMatrix(cells, judged.probe.name);
  }

  /** Each probe with what every vantage point knows of it. */
  looks(): { probe: ProbeDefinition; looks: Look[] }[] {
    const atMs = this.#o.atMs();
    return [...this.#byId.values()].map(({ probe, tally }) => ({ probe, looks: tally.looks(atMs) }));
  }

  /** What the words of an incident need beside what its rule has seen. */
  evidenceOf(subject: string): Evidence {
    const id = probeIdOf(subject);
    const judged = id === null ? undefined : this.#byId.get(id);
    if (id === null || judged === undefined) return {};
    const matrix = subject.startsWith(probeState) ? this.matrixOf(id) : null;
    return matrix?.verdict === 'bad' ? matrix.evidence : { probe: judged.probe.name };
  }

  #whoIsThere(tally: Tally, vantages: readonly number[]): void {
    for (const machine of vantages)
      tally.away(machine, this.#o.machine(machine)?.state !== 'up', this.#o.upSinceMs(machine));
  }

  #look(): void {
    const atMs = this.#o.atMs();
    for (const judged of this.#byId.values())
      if (judged.presence.state === 'up' && !judged.tally.isKnown(atMs)) this.#turn(judged, 'silent', atMs);
  }

  #turn(judged: Judged, state: Presence['state'], atMs: number): void {
    judged.presence = { ...alwaysUp, state, sinceMs: atMs };
    this.#o.evaluation.presence(judged.place, judged.presence, atMs);
  }

  #begin(probe: ProbeDefinition, vantages: readonly number[], before: Judged | undefined): void {
    const place = before?.place ?? --this.#lastPlace;
    const tally = new Tally(probe, vantages);
    this.#whoIsThere(tally, vantages);
    const atMs = this.#o.atMs();
    const shownMs = before?.shownMs ?? Number.NEGATIVE_INFINITY;
    // Who had nobody to check it waits for the machines to be known.
    const isFirst = before === undefined || before.vantages.length === 0;
    const endedMs = this.#endedMs.get(probe.id) ?? Number.NEGATIVE_INFINITY;
    const sinceMs = isFirst ? Math.max(endedMs, this.#sinceOf(probe.id)) : atMs;
    this.#keep({ probe, place, vantages, tally, presence: unknown(atMs), shownMs, sinceMs, held: null });
    this.#o.onBegin(place);
  }

  #end({ probe, place }: Judged): void {
    this.#byId.delete(probe.id);
    this.#endedMs.set(probe.id, this.#o.atMs());
    this.#byPlace.delete(place);
    this.#o.onEnd(place, probe.id);
  }

  #keep(judged: Judged): void {
    this.#byId.set(judged.probe.id, judged);
    this.#byPlace.set(judged.place, judged);
  }

  #vantagesOf({ vantages }: ProbeDefinition): readonly number[] {
    const box = this.#o.box();
    return vantages.length > 0 ? vantages : box === undefined ? [] : [box];
  }
}

function unknown(sinceMs: number): Presence {
  return { ...alwaysUp, state: 'silent', sinceMs };
}

/** What is looked at, how, how often and by whom. */
function checked({ kind, options, intervalMs }: ProbeDefinition, vantages: readonly number[]): string {
  return JSON.stringify([kind, options, intervalMs, vantages]);
}
