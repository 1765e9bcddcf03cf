/** The watch at work: what is heard is judged, verdicts become incidents, incidents go to the disk. */
import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { Machine } from '../store/client/client.ts';
import { type Archive, createArchive } from './archive.ts';
import { BoxSigns } from './box-signs.ts';
import { BoxTime } from './box-time.ts';
import type { ProbeDefinition } from './client/probes.ts';
import type { Evidence, Incident, IncidentPage, IncidentQuery, WatchHealth } from './client/types.ts';
import { alwaysUp, boxItself, Evaluation, type Judgement } from './evaluation.ts';
import { type Ears, Hearing } from './hearing.ts';
import { Desk } from './incidents/desk.ts';
import { Schedules, scopesOf } from './incidents/holds.ts';
import { Incidents } from './incidents/incidents.ts';
import { createLibrary, type Library } from './library/library.ts';
import { Places } from './places.ts';
import { Presences } from './presences.ts';
import { builtIn } from './rules/defaults.table.ts';
import { Services } from './services.ts';
import type { Causes } from './verdict/causes.ts';
import { causesOf } from './verdict/causes-of.ts';
import { firstOf, type Judge, judgeByRules } from './verdict/judge.ts';
import { JudgedProbes } from './verdict/judged-probes.ts';
import { keptOfProbes, probeIdOf } from './verdict/probe-series.ts';
import { WarmUp } from './warm-up.ts';
import type { WatchStore } from './watch-store.ts';

export type DutyOptions = {
  store: WatchStore;
  clock: Clock;
  log: Log;
  /** Who else may say that an incident is explained by another. */
  judges?: readonly Judge[];
  onChange(incident: Incident): void;
  /** Somebody is to be told something; and: what is kept has to be read again. */
  onTold?(): void;
  onStoreBack?(): void;
  /** That the box stands in, as `192.0.2.1/24`; those of this machine unless a test says otherwise. */
  networks?(): readonly string[];
};

/** Who else hears of machines and values, behind the duty itself. */
export type Guest = Pick<Ears, 'onMachines' | 'onMachine' | 'onValue'>;

/** What a rule may still have to find words for. */
const mostHappened = 256;

export class Duty {
  readonly time: BoxTime;
  readonly library: Library;
  readonly archive: Archive;
  readonly incidents: Incidents;
  readonly #machines = new Map<number, Machine>();
  readonly #guests: Guest[] = [];
  /** What vantage points measure, as rules see it; who hears the words of a failure tells them here. */
  readonly probes: JudgedProbes;
  readonly #places: Places;
  readonly #schedules = new Schedules();
  readonly #evaluation: Evaluation;
  readonly #presences: Presences;
  readonly #hearing: Hearing;
  readonly #warmUp: WarmUp;
  readonly #signs: BoxSigns;
  readonly #happened = new Map<string, Evidence>();
  readonly #services: Services;
  readonly #causes: Causes;
  readonly #o: DutyOptions;
  readonly #desk: Desk;

  constructor(o: DutyOptions) {
    const { store, clock, log } = o;
    this.#o = o;
    this.time = new BoxTime(clock);
    this.archive = createArchive(store);
    this.#desk = new Desk({ store, clock, log, onTold: () => o.onTold?.() });
    const nameOf = (machine: number) => this.#machines.get(machine)?.name ?? null;
    this.library = createLibrary({
      ...{ store, nameOf, onChange: () => this.#said() },
      probeNameOf: (id) => this.probes.find(id)?.name ?? null,
    });
    this.#causes = causesOf(this, { ...o, presenceOf: (machine) => this.#presences.get(machine) });
    this.incidents = new Incidents({
      ...{ nameOf, schedules: this.#schedules, onChange: o.onChange },
      now: () => this.time.now(),
      groupsOf: (of) => this.#places.groupsOf(of),
      ruleOf: (rule, of) => this.#places.ruleOf(rule, of),
      judge: firstOf([
        judgeByRules((rule) => builtIn[rule]?.under ?? null),
        this.#causes.judge,
        ...(o.judges ?? []),
      ]),
      mayEnd: (incident) => this.#causes.mayEnd(incident),
      tellingOf: (incident) => this.#causes.tellingOf(incident),
      put: (entry) => this.#desk.put(entry),
    });
    this.#evaluation = new Evaluation({
      onVerdict: (judgement) => this.incidents.judged(this.#explained(judgement)),
      onGone: (rule, machine, subject) => this.incidents.close(rule.id, machine, subject, 'gone'),
      wasBad: (rule, machine, subject) =>
        this.incidents.isOpen(rule, machine <= boxItself ? null : machine, subject),
    });
    const atMs = () => this.time.atMs();
    this.probes = new JudgedProbes({
      ...{ evaluation: this.#evaluation, atMs, machine: (machine) => this.machine(machine) },
      box: () => this.machines().find(({ local }) => local)?.machine,
      onBegin: (place) => this.#places.begin(place),
      onEnd: (place) => this.#places.forget(place),
    });
    this.#places = new Places({
      ...{ evaluation: this.#evaluation, incidents: this.incidents, book: () => this.library.book(), atMs },
      probeAt: (place) => this.probes.probeAt(place),
      placeOfProbe: (id) => this.probes.placeOf(id),
      presenceOf: (place) =>
        place < boxItself ? this.probes.presenceOf(place) : (this.#presences.get(place) ?? alwaysUp),
      onBegin: (place, rules) => {
        if (place > boxItself) this.#warmUp.add(place, rules);
      },
    });
    this.#presences = new Presences({
      time: this.time,
      isExpectedOff: (machine) =>
        this.#schedules.isExpectedOff(
          scopesOf({ machine, subject: '' }, this.library.book().groupsOf(machine)),
          this.time.now(),
        ),
    });
    this.#warmUp = new WarmUp({ store, evaluation: this.#evaluation, time: this.time, clock, log });
    this.#signs = new BoxSigns({ store, time: this.time, clock, log });
    this.#services = new Services({
      ...{ store, log, atMs: () => this.time.atMs() },
      isThere: (machine) => this.#machines.has(machine),
      show: (machine, series, value, atMs) => this.#evaluation.sample(machine, series, { value }, atMs),
      onTurn: () => this.incidents.settleFresh(),
    });
    this.#hearing = new Hearing({
      ...{ store, time: this.time, clock, log },
      ears: {
        onMachines: (machines) => {
          this.#takeAll(machines);
          for (const guest of this.#guests) guest.onMachines(machines);
        },
        onMachine: (machine, removed) => {
          if (removed) this.#remove(machine.machine);
          else this.#take(machine);
          this.probes.machinesChanged();
          this.#causes.touch();
          for (const guest of this.#guests) guest.onMachine(machine, removed);
        },
        onValue: (machine, series, value, rate, atMs) => {
          this.probes.value(machine, series, value, atMs);
          this.#causes.heard(machine, atMs);
          for (const guest of this.#guests) guest.onValue(machine, series, value, rate, atMs);
          if (!this.#warmUp.isCold(machine)) this.#evaluation.sample(machine, series, { value, rate }, atMs);
        },
        onServices: (machine) => this.#services.read(machine),
        onTurn: () => this.incidents.settleFresh(),
      },
    });
  }

  /** Reads what is kept; then everything is heard. */
  async start(): Promise<void> {
    await this.library.load();
    const { open, past } = await this.archive.load();
    for (const { incident, version } of open) this.#desk.found(incident.id, version);
    const opened = open.map(({ incident }) => incident);
    this.incidents.load(opened, past);
    this.#causes.restore(opened, past);
    this.#schedules.use(this.library.schedules());
    this.#hearing.follow(this.#patterns());
  }

  async stop(): Promise<void> {
    await this.#hearing.stop();
    await this.#warmUp.stop();
    await this.#desk.stop();
  }

  /** What time alone changes. While the store is not heard nothing is known, and nothing is judged. */
  look(): void {
    this.#signs.look();
    if (this.#hearing.sinceMs === null) return;
    const atMs = this.time.atMs();
    for (const machine of this.#machines.keys()) {
      const presence = this.#presences.look(machine);
      if (presence !== undefined) this.#evaluation.presence(machine, presence, atMs);
    }
    for (const machine of this.#machines.keys()) this.#services.look(machine);
    this.probes.look();
    const signs = [...this.#signs.now(), ...this.#causes.signs()];
    for (const [sign, value] of signs) this.#evaluation.sample(boxItself, sign, { value }, atMs);
    this.#evaluation.time(atMs);
    this.incidents.settle();
  }

  /** Which probes there are. An incident of one that there is not any more, or that was stopped, is closed. */
  defineProbes(probes: readonly ProbeDefinition[]): void {
    this.probes.define(probes);
    this.#places.close((of) => this.#places.placeOf(of) === undefined, 'gone');
  }

  /** Whether the past of every machine was read. */
  get isWarm(): boolean {
    return this.#warmUp.isDone;
  }

  /** Before the start. */
  join(guest: Guest): void {
    this.#guests.push(guest);
  }

  machines(): Machine[] {
    return [...this.#machines.values()];
  }

  machine(machine: number): Machine | undefined {
    return this.#machines.get(machine);
  }

  /** Resolves when what was decided so far is on disk. */
  settled(): Promise<void> {
    return this.#desk.settled();
  }

  async find(id: number): Promise<Incident | null> {
    const known = this.incidents.get(id) ?? this.#desk.ended().find((one) => one.id === id);
    return known ?? this.archive.one(id);
  }

  page(query: IncidentQuery): Promise<IncidentPage> {
    return this.archive.page(query, this.incidents.list(), this.#desk.ended());
  }

  health(): WatchHealth {
    return {
      ...{ seesSinceMs: this.#hearing.sinceMs, machines: this.#machines.size },
      ...{ judged: this.#evaluation.cases, open: this.incidents.count, unwritten: this.#desk.unwritten },
    };
  }

  #takeAll(machines: readonly Machine[]): void {
    if (this.#places.hasBox) this.#readAgain();
    else this.#places.begin(boxItself);
    const there = new Set(machines.map(({ machine }) => machine));
    for (const machine of this.#machines.keys()) if (!there.has(machine)) this.#remove(machine);
    for (const machine of machines) this.#take(machine);
    this.probes.machinesChanged();
    // Of machines that were removed while nobody watched.
    this.#places.close(({ machine }) => machine !== null && !there.has(machine), 'machine-removed');
  }

  /** The store that is back may be one that was restored. */
  #readAgain(): void {
    this.#o.onStoreBack?.();
    this.library.load().then(
      () => this.#reread(),
      (error: unknown) => {
        this.#o.log.warn('rules could not be read again', { error: messageOf(error) });
      },
    );
  }

  #take(machine: Machine): void {
    const isNew = !this.#machines.has(machine.machine);
    this.#machines.set(machine.machine, machine);
    const before = this.#presences.get(machine.machine);
    const presence = this.#presences.take(machine);
    if (isNew) {
      this.#places.begin(machine.machine);
      this.#services.read(machine.machine);
    } else if (presence !== before) {
      const atMs = this.time.atMs();
      // It was gone meanwhile, and nobody here saw it.
      if (before?.state === 'up' && presence.state === 'up')
        this.#evaluation.presence(machine.machine, { ...presence, state: 'silent' }, atMs);
      this.#evaluation.presence(machine.machine, presence, atMs);
    }
  }

  #remove(machine: number): void {
    this.#machines.delete(machine);
    this.#places.forget(machine);
    this.#presences.forget(machine);
    this.#services.forget(machine);
    this.#warmUp.forget(machine);
    this.#places.close((of) => of.machine === machine, 'machine-removed');
  }

  /** Something that a rule may tell of, as a series of the box that is 1 for a moment; `evidence` is what its words need. */
  happened(series: string, evidence: Evidence): void {
    this.#happened.delete(series);
    this.#happened.set(series, evidence);
    if (this.#happened.size > mostHappened)
      this.#happened.delete(this.#happened.keys().next().value as string);
    this.#evaluation.sample(boxItself, series, { value: 1 }, this.time.atMs());
    this.incidents.settleFresh();
  }

  /** What its words need that no rule has seen. */
  #explained(judgement: Judgement): Judgement {
    if (judgement.verdict !== 'bad') return judgement;
    const { subject } = judgement;
    const more = probeIdOf(subject) === null ? this.#happened.get(subject) : this.probes.evidenceOf(subject);
    return more === undefined ? judgement : { ...judgement, evidence: { ...more, ...judgement.evidence } };
  }

  /** A person has said something: what follows of it is seen at once. */
  #said(): void {
    this.#reread();
    this.look();
  }

  #reread(): void {
    this.#schedules.use(this.library.schedules());
    if (this.#hearing.sinceMs === null) return;
    this.#places.reread();
    this.#hearing.follow(this.#patterns());
  }

  /** All series that some rule judges for some machine, and what rules about probes are made of. */
  #patterns(): string[] {
    const kept = this.library
      .book()
      .metrics()
      .filter((metric) => !metric.startsWith('box.') && probeIdOf(metric) === null);
    return [...kept, ...Object.values(keptOfProbes).map((prefix) => `${prefix}*`)];
  }
}
