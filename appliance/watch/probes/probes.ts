/** Probes at work: who checks what, what each found, what all of them say together, and who hears of it. */
import type { DatedResult } from '../../ingest/client/types.ts';
import type { Timer } from '../../runtime/clock.ts';
import { Failure, messageOf } from '../../runtime/errors.ts';
import type {
  AvailabilitySpan,
  NewProbe,
  ProbeChange,
  ProbeDefinition,
  ProbeState,
  VantageResult,
} from '../client/probes.ts';
import type { Actor } from '../client/types.ts';
import { noSuch } from '../refused.ts';
import { Assignments, assertFits, listsOf, vantagesOf } from './assignments.ts';
import { Availability } from './availability.ts';
import { ProbeBook } from './book.ts';
import { Cells, probeSeriesOf } from './cells.ts';
import type { ProbePast } from './former.ts';
import { News, type ProbeListener } from './news.ts';
import type { ProbesOptions } from './options.ts';
import { Silences } from './silences.ts';
import { Standing } from './standing.ts';

export class Probes {
  readonly #o: ProbesOptions;
  readonly #book: ProbeBook;
  readonly #cells: Cells;
  readonly #availability: Availability;
  readonly #assignments: Assignments;
  readonly #again = new Map<string, number>();
  readonly #standing: Standing;
  readonly #news = new News();
  readonly #silences: Silences;
  /** As they were when they were looked at last. */
  #before: ReadonlyMap<string, ProbeDefinition> = new Map();
  /** What each machine is to check, as it is told. */
  #lists: ReadonlyMap<number, string> = new Map();
  #localBefore: number | null = null;
  #there: ReadonlySet<number> = new Set();
  readonly #recalled = new Set<number>();
  #isBegun = false;
  #following: Timer | null = null;

  constructor(o: ProbesOptions) {
    this.#o = o;
    this.#cells = new Cells(o);
    this.#silences = new Silences(this.#cells);
    this.#standing = new Standing({ ...o, cells: this.#cells });
    this.#availability = new Availability(o);
    const nothing = async () => undefined;
    this.#assignments = new Assignments({ ...o, assign: o.door?.assign ?? nothing });
    this.#book = new ProbeBook({
      ...o,
      machinesOf: (probe) => this.#standing.machinesOf(probe),
      isMachine: (machine) => o.machineOf(machine) !== undefined,
      addressesOf: (probe) =>
        this.#standing.machinesOf(probe).flatMap((one) => o.machineOf(one)?.facts?.addresses ?? []),
      assertFits: (all) =>
        assertFits(listsOf(all, this.#standing.local()), (one) => o.machineOf(one)?.name ?? null),
      onChange: () => this.#said(),
    });
  }

  load(): Promise<void> {
    return this.#book.load();
  }

  /** The store is back, and may be one that was restored. */
  reload(): void {
    this.load().catch((error: unknown) => {
      this.#o.log.warn('probes could not be read again', { error: messageOf(error) });
    });
  }

  /** When open incidents are known. */
  start(): void {
    this.#isBegun = true;
    this.#said();
    this.#following ??=
      this.#o.door?.results({
        onNews: ({ machine, results }) => {
          for (const result of results) this.#heard(machine, result);
        },
        onUp: () => this.#assignments.up(),
        onDown: () => this.#assignments.down(),
      }) ?? null;
  }

  stop(): void {
    this.#following?.stop();
    this.#assignments.stop();
  }

  definitions(): ProbeDefinition[] {
    return this.#book.list();
  }

  get(id: string): ProbeDefinition | undefined {
    return this.#book.get(id);
  }

  create(probe: NewProbe, by: Actor): Promise<ProbeDefinition> {
    return this.#book.create(probe, by);
  }

  change(id: string, change: ProbeChange, by: Actor): Promise<ProbeDefinition> {
    return this.#book.change(id, change, by);
  }

  remove(id: string, by: Actor): Promise<void> {
    return this.#book.remove(id, by);
  }

  /** All of its machines look at it now. */
  run(id: string): ProbeState {
    const state = this.state(id);
    if (!state.probe.enabled)
      throw new Failure(
        'CONFLICT',
        {
          en: `${state.probe.name} is stopped: start it first`,
          fr: `${state.probe.name} est arrêtée : démarrez-la d’abord`,
        },
        { path: 'probe' },
      );
    const nowS = Math.floor(this.#o.nowMs() / 1_000);
    this.#again.set(id, Math.max(nowS, (this.#again.get(id) ?? 0) + 1));
    this.#list();
    this.#assign();
    return state;
  }

  /** What each of its machines found. */
  cells(id: string): VantageResult[] {
    const probe = this.get(id);
    return probe === undefined ? [] : this.#standing.cells(probe);
  }

  state(id: string): ProbeState {
    return this.#standing.state(this.#named(id));
  }

  /** Since when it is checked as it is, and who checked it before. */
  pastOf(id: string): ProbePast {
    return this.#book.pastOf(id);
  }

  /** How much of the time it was reached. */
  availability(id: string, signal: AbortSignal): Promise<AvailabilitySpan[]> {
    const probe = this.#named(id);
    const now = this.#standing.machinesOf(probe);
    const former = this.#book.pastOf(id).former.filter(({ machine }) => !now.includes(machine));
    return this.#availability.of({ ...probe, vantages: now, former }, signal);
  }

  states(): ProbeState[] {
    return this.definitions().map((probe) => this.#standing.state(probe));
  }

  onChange(listener: ProbeListener): Timer {
    return this.#news.listen(listener);
  }

  /** Those that there are, or some of them are others than before. */
  machinesChanged(): void {
    const local = this.#standing.local();
    if (local !== this.#localBefore) this.#list();
    this.#localBefore = local;
    this.#assign();
    for (const probe of this.definitions())
      for (const machine of vantagesOf(probe, local))
        if (this.#o.machineOf(machine) !== undefined && !this.#recalled.has(machine)) this.#recall(machine);
    for (const { id } of this.definitions()) this.#look(id);
  }

  /** This one is otherwise than before. */
  machineChanged(machine: number): void {
    if (!this.#there.has(machine) || this.#standing.local() !== this.#localBefore) this.machinesChanged();
    else
      for (const probe of this.definitions())
        if (vantagesOf(probe, this.#localBefore).includes(machine)) this.#look(probe.id);
  }

  machineRemoved(machine: number): void {
    this.#cells.forgetMachine(machine);
    this.#recalled.delete(machine);
    this.machinesChanged();
  }

  /** A value of now. */
  measured(machine: number, series: string, value: number, tMs: number): void {
    const named = probeSeriesOf(series);
    const probe = named === null ? undefined : this.get(named.id);
    if (named === null || probe === undefined) return;
    const wasOverdue = this.#cells.isOverdue(probe, machine);
    const isOther = this.#cells.measured(machine, named.id, named.metric, value, tMs);
    // Nearly all looks find what was found before.
    if (isOther || wasOverdue) this.#look(named.id);
  }

  /** Something else about it has changed, such as an alert. */
  lookAt(id: string | null): void {
    if (id !== null) this.#look(id);
  }

  /** What time alone changes. */
  look(): void {
    for (const probe of this.definitions())
      if (this.#silences.hasChanged(probe, vantagesOf(probe, this.#localBefore))) this.#look(probe.id);
  }

  #named(id: string): ProbeDefinition {
    const probe = this.get(id);
    if (probe === undefined) throw noSuch('probe', id);
    return probe;
  }

  #heard(machine: number, result: DatedResult): void {
    if (this.get(result.probe) === undefined) return;
    this.#cells.heard(machine, result);
    this.#o.onResult(machine, result);
    this.#look(result.probe);
  }

  /** What was measured before this process knew of the machine. */
  #recall(machine: number): void {
    this.#recalled.add(machine);
    this.#o.store.latest(machine).then(
      (latest) => {
        for (const { name, value, tMs } of latest)
          if (!this.#isOfOtherAim(name, tMs)) this.measured(machine, name, value, tMs);
      },
      (error: unknown) => {
        this.#o.log.warn('what a machine measured last could not be read', {
          ...{ machine, error: messageOf(error) },
        });
      },
    );
  }

  /** Measured before it was checked as it is. */
  #isOfOtherAim(series: string, tMs: number): boolean {
    const { sinceMs } = this.#book.pastOf(probeSeriesOf(series)?.id ?? '');
    return tMs < sinceMs && sinceMs <= this.#o.nowMs();
  }

  #list(): void {
    const lists = listsOf(this.definitions(), this.#standing.local(), this.#again);
    this.#lists = new Map([...lists].map(([machine, list]) => [machine, JSON.stringify(list)]));
  }

  #assign(): void {
    this.#there = new Set(this.#o.machines().map(({ machine }) => machine));
    this.#assignments.want(this.#there, this.#lists);
  }

  /** Definitions are others than before. */
  #said(): void {
    if (!this.#isBegun) return;
    const now = new Map(this.definitions().map((probe) => [probe.id, probe]));
    for (const [id, before] of this.#before) {
      const probe = now.get(id);
      const isSame = JSON.stringify(probe?.options) === JSON.stringify(before.options);
      if (isSame && probe?.enabled === before.enabled) continue;
      if (probe === undefined) this.#cells.forget(id);
      else if (!isSame) this.#cells.renew(id);
      this.#again.delete(id);
    }
    const gone = [...this.#before.keys()].filter((id) => !now.has(id));
    this.#before = now;
    this.#o.onDefined([...now.values()], (id) => this.#book.pastOf(id).sinceMs);
    for (const id of gone) {
      this.#silences.forget(id);
      this.#news.removed(id);
    }
    this.#list();
    this.machinesChanged();
  }

  #look(id: string): void {
    const probe = this.get(id);
    if (probe !== undefined) this.#news.look(this.#standing.state(probe));
  }
}
