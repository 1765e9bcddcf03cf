/** The watch at work: what is heard is judged, verdicts become incidents, incidents go to the disk. */
import { messageOf } from '../runtime/errors.ts';
import type { Machine } from '../store/client/client.ts';
import { type Archive, createArchive } from './archive.ts';
import { recallBox } from './box-past.ts';
import { BoxSigns } from './box-signs.ts';
import { BoxTime } from './box-time.ts';
import type { ProbeDefinition } from './client/probes.ts';
import type { Evidence, Incident, IncidentPage, IncidentQuery, WatchHealth } from './client/types.ts';
import { Comings } from './comings.ts';
import type { DutyOptions } from './duty-options.ts';
import { alwaysUp, boxItself, Evaluation } from './evaluation.ts';
import { Fleet } from './fleet.ts';
import { Happened } from './happened.ts';
import { type Ears, Hearing } from './hearing.ts';
import { Desk } from './incidents/desk.ts';
import { Schedules, type Subject, scopesOf } from './incidents/holds.ts';
import { Incidents } from './incidents/incidents.ts';
import { createLibrary, type Library } from './library/library.ts';
import { Places } from './places.ts';
import { Presences } from './presences.ts';
import { builtIn } from './rules/defaults.table.ts';
import { Services } from './services.ts';
import type { Causes } from './verdict/causes.ts';
import { causesOf } from './verdict/causes-of.ts';
import { firstOf, judgeByRules } from './verdict/judge.ts';
import { JudgedProbes } from './verdict/judged-probes.ts';
import { WarmUp } from './warm-up.ts';
import { ProbeWarmUp } from './warm-up-probes.ts';

/** Who else hears of machines and values, behind the duty itself. */
type Guest = Pick<Ears, 'onMachines' | 'onMachine' | 'onValue'>;

export class Duty {
  readonly time: BoxTime;
  readonly library: Library;
  readonly archive: Archive;
  readonly incidents: Incidents;
  readonly #guests: Guest[] = [];
  /** What vantage points measure, as rules see it; who hears the words of a failure tells them here. */
  readonly probes: JudgedProbes;
  readonly #places: Places;
  readonly #schedules = new Schedules();
  readonly #evaluation: Evaluation;
  readonly #presences: Presences;
  readonly #fleet: Fleet;
  readonly #hearing: Hearing;
  readonly #warmUp: WarmUp;
  readonly #probeWarmUp: ProbeWarmUp;
  readonly #signs: BoxSigns;
  readonly #happened = new Happened();
  readonly #services: Services;
  readonly #met = Promise.withResolvers<void>();
  readonly #causes: Causes;
  readonly #o: DutyOptions;
  readonly #desk: Desk;

  constructor(o: DutyOptions) {
    const { store, clock, log } = o;
    this.#o = o;
    this.time = new BoxTime(clock);
    this.archive = createArchive(store);
    this.#desk = new Desk({ store, clock, log, onTold: () => o.onTold?.() });
    const nameOf = (machine: number) => this.machine(machine)?.name ?? null;
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
      onVerdict: (judgement) => this.incidents.judged(this.#happened.explained(judgement, this.probes)),
      onGone: (rule, machine, subject) => this.incidents.close(rule.id, machine, subject, 'gone'),
      wasBad: (rule, machine, subject) =>
        this.incidents.isOpen(rule, machine <= boxItself ? null : machine, subject),
    });
    const atMs = () => this.time.atMs();
    this.probes = new JudgedProbes({
      ...{ evaluation: this.#evaluation, atMs, machine: (machine) => this.machine(machine) },
      box: () => this.machines().find(({ local }) => local)?.machine,
      upSinceMs: (machine) => this.#presences.get(machine)?.sinceMs ?? Number.NEGATIVE_INFINITY,
      onBegin: (place) => this.#places.begin(place),
      onEnd: (place) => {
        this.#places.forget(place);
        this.#probeWarmUp.forget(place);
      },
    });
    const box = { evaluation: this.#evaluation, happened: this.#happened, time: this.time };
    this.#places = new Places({
      ...{ evaluation: this.#evaluation, incidents: this.incidents, book: () => this.library.book(), atMs },
      probeAt: (place) => this.probes.probeAt(place),
      placeOfProbe: (id) => this.probes.placeOf(id),
      presenceOf: (place) =>
        place < boxItself ? this.probes.presenceOf(place) : (this.#presences.get(place) ?? alwaysUp),
      onBegin: (place, rules) => {
        if (place > boxItself) this.#warmUp.add(place, rules);
        else if (place < boxItself) this.#probeWarmUp.add(place, rules);
        else recallBox(rules, { ...box, incidents: this.incidents });
      },
    });
    const scopesFor = (machine: number) => {
      const it = { machine, subject: '' };
      return scopesOf(it, this.#places.groupsOf(it));
    };
    this.#presences = new Presences({
      time: this.time,
      isExpectedOff: (machine) => this.#schedules.isExpectedOff(scopesFor(machine), this.time.now()),
      offUntilMs: (machine) =>
        this.time.atOf(this.#schedules.offUntilMs(scopesFor(machine), this.time.now())),
    });
    const comings = new Comings({ store, time: this.time });
    const onTurn = () => this.incidents.settleFresh();
    const past = { store, comings, time: this.time, clock, log, onTurn };
    this.#warmUp = new WarmUp({ ...past, evaluation: this.#evaluation });
    this.#probeWarmUp = new ProbeWarmUp({
      ...{ ...past, probes: this.probes },
      isReady: () => this.#hearing.sinceMs !== null,
    });
    this.#signs = new BoxSigns({ store, time: this.time, clock, log });
    this.#services = new Services({
      ...{ store, log, atMs: () => this.time.atMs() },
      thereSinceMs: (machine) => this.machine(machine)?.stateSinceMs,
      atOf: (tMs) => this.time.atOf(tMs),
      show: (machine, series, value, atMs) => this.#evaluation.sample(machine, series, { value }, atMs),
      onTurn: () => this.incidents.settleFresh(),
    });
    this.#fleet = new Fleet({
      ...{ evaluation: this.#evaluation, places: this.#places, presences: this.#presences, atMs },
      ...{ services: this.#services, warmUp: this.#warmUp, comings },
    });
    this.#hearing = new Hearing({
      ...{ store, time: this.time, clock, log },
      ears: {
        onMachines: (machines) => {
          this.#takeAll(machines);
          for (const guest of this.#guests) guest.onMachines(machines);
        },
        onMachine: (machine, removed) => {
          if (removed) this.#fleet.remove(machine.machine);
          else this.#fleet.take(machine);
          this.probes.machinesChanged();
          this.#causes.touch();
          for (const guest of this.#guests) guest.onMachine(machine, removed);
        },
        onValue: (machine, series, value, rate, atMs, tMs) => {
          this.probes.value(machine, series, value, atMs, tMs);
          this.#causes.heard(machine, atMs);
          for (const guest of this.#guests) guest.onValue(machine, series, value, rate, atMs, tMs);
          if (!this.#warmUp.holds(machine, { series, value, rate, atMs, tMs }))
            this.#evaluation.sample(machine, series, { value, rate }, atMs);
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
    this.#hearing.follow(this.#places.patterns());
  }

  /** Resolves when it is known which machines there are, and how they are called. */
  get met(): Promise<void> {
    return this.#met.promise;
  }

  async stop(): Promise<void> {
    await this.#hearing.stop();
    await this.#warmUp.stop();
    await this.#probeWarmUp.stop();
    await this.#desk.stop();
  }

  /** What time alone changes. While the store is not heard nothing is known, and nothing is judged. */
  look(): void {
    this.#signs.look();
    if (this.#hearing.sinceMs === null) return;
    const atMs = this.time.atMs();
    this.#fleet.look();
    this.probes.look();
    const signs = [...this.#signs.now(), ...this.#causes.signs()];
    for (const [sign, value] of signs) this.#evaluation.sample(boxItself, sign, { value }, atMs);
    this.#evaluation.time(atMs);
    this.incidents.settle();
  }

  /** Which probes there are. An incident of one that there is not any more, or that was stopped, is closed. */
  defineProbes(probes: readonly ProbeDefinition[], sinceOf?: (id: string) => number): void {
    this.probes.define(probes, sinceOf);
    this.#places.close((of) => this.#places.placeOf(of) === undefined, 'gone');
  }

  /** Whether the past of every machine and probe was read. */
  get isWarm(): boolean {
    return this.#warmUp.isDone && this.#probeWarmUp.isDone;
  }

  /** Before the start. */
  join(guest: Guest): void {
    this.#guests.push(guest);
  }

  machines(): Machine[] {
    return this.#fleet.list();
  }

  groupsOf(of: Subject): readonly string[] {
    return this.#places.groupsOf(of);
  }

  machine(machine: number): Machine | undefined {
    return this.#fleet.get(machine);
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
      ...{ seesSinceMs: this.#hearing.sinceMs, machines: this.machines().length },
      ...{ judged: this.#evaluation.cases, open: this.incidents.count, unwritten: this.#desk.unwritten },
    };
  }

  #takeAll(machines: readonly Machine[]): void {
    if (this.#places.hasBox) this.#readAgain();
    else this.#places.begin(boxItself);
    this.#fleet.takeAll(machines);
    this.probes.machinesChanged();
    this.#probeWarmUp.wake();
    this.#met.resolve();
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

  /** Something that a rule may tell of, as a series of the box that is 1 for a moment; `evidence` is what its words need. */
  happened(series: string, evidence: Evidence): void {
    this.#happened.tell(series, evidence);
    this.#evaluation.sample(boxItself, series, { value: 1 }, this.time.atMs());
    this.incidents.settleFresh();
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
    this.#hearing.follow(this.#places.patterns());
  }
}
