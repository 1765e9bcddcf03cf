/** The open incidents: each verdict, each word of a person and the time move them along the table of transitions. */
import { Failure } from '../../runtime/errors.ts';
import type { Actor, Ending, Hold, Incident } from '../client/types.ts';
import { type Judgement, machineOf } from '../evaluation.ts';
import type { Effective } from '../rules/book.ts';
import type { Judge, Telling } from '../verdict/judge.ts';
import { probeIdOf } from '../verdict/probe-series.ts';
import { type Because, type Draft, deeds, openedIncident, openedNote } from './deeds.ts';
import type { Entry } from './desk.ts';
import { type Moment, type Schedules, type Subject, scopesOf } from './holds.ts';
import { incidentText } from './texts.ts';
import { type Event, type Phase, transitions } from './transitions.table.ts';

export type IncidentsOptions = {
  now(): Moment;
  /** The rule as it holds for that machine or probe now; null when it does not. */
  ruleOf(rule: string, of: Subject): Effective | null;
  groupsOf(of: Subject): readonly string[];
  nameOf(machine: number): string | null;
  schedules: Schedules;
  judge: Judge;
  /** It is good: whether it is over, or what came with it may yet come back. */
  mayEnd?(incident: Incident): boolean;
  tellingOf?(incident: Incident): Telling;
  put(entry: Entry): void;
  /** Told of each incident that changed. */
  onChange(incident: Incident): void;
};

type More = Pick<Because, 'acknowledgement' | 'by' | 'ending'> & { judgement?: Judgement; now?: Moment };
type Held = { hold: Hold | null; cause: number | null };

export function phaseOf(incident: Incident | undefined): Phase {
  if (incident === undefined || incident.state === 'resolved') return 'none';
  if (incident.state === 'acknowledged') return incident.told ? 'acknowledged-told' : 'acknowledged-untold';
  return incident.told ? 'told' : 'untold';
}

const keyOf = (rule: string, machine: number | null, subject: string) => `${rule} ${machine} ${subject}`;
/** Who is not told of twice within the cooldown: a rule with a machine, or with a probe. */
const pauseKeyOf = ({ rule, machine, subject }: Pick<Incident, 'rule' | 'machine' | 'subject'>) =>
  `${rule} ${machine ?? probeIdOf(subject)}`;

export class Incidents {
  readonly #o: IncidentsOptions;
  readonly #open = new Map<string, Incident>();
  readonly #keys = new Map<number, string>();
  /** When a failure of this rule and machine was told last. */
  readonly #toldMs = new Map<string, number>();
  /** Opened in this turn and not written: whether they are told is decided when all verdicts of the turn are there. */
  readonly #fresh = new Set<string>();
  /** Good, and not over yet. */
  readonly #ending = new Map<string, Judgement>();
  #nextId = 1;

  constructor(o: IncidentsOptions) {
    this.#o = o;
  }

  /** As they were when this process began; `past` are the newest of those that are over. */
  load(open: readonly Incident[], past: readonly Incident[]): void {
    // In the order in which they opened: who was first is told first.
    for (const incident of [...open].sort((a, b) => a.id - b.id))
      this.#keep({ ...incident, verdict: 'unknown', hold: null });
    const all = [...open, ...past];
    for (const one of all) {
      const { toldMs } = one;
      if (toldMs !== null) this.#toldMs.set(pauseKeyOf(one), Math.max(toldMs, this.#lastTold(one)));
    }
    this.#nextId = all.reduce((most, { id }) => Math.max(most, id), 0) + 1;
  }

  /** The newest first. */
  list(): Incident[] {
    return [...this.#open.values()].sort((a, b) => b.id - a.id);
  }

  get count(): number {
    return this.#open.size;
  }

  get(id: number): Incident | undefined {
    return this.#open.get(this.#keys.get(id) ?? '');
  }

  isOpen(rule: string, machine: number | null, subject: string): boolean {
    return this.#open.has(keyOf(rule, machine, subject));
  }

  judged(judgement: Judgement): void {
    const { rule, subject, verdict } = judgement;
    const key = keyOf(rule.id, machineOf(judgement), subject);
    const incident = this.#open.get(key);
    this.#ending.delete(key);
    const waits = verdict === 'good' && incident !== undefined && this.#o.mayEnd?.(incident) === false;
    if (waits) this.#ending.set(key, judgement);
    const heard = waits ? 'unknown' : verdict;
    this.#apply(key, heard, { judgement: { ...judgement, verdict: heard } });
  }

  /** Nobody can judge it any more. */
  close(rule: string, machine: number | null, subject: string, ending: Ending): void {
    this.#apply(keyOf(rule, machine, subject), 'gone', { ending });
  }

  acknowledge(id: number, o: { note: string; untilMs: number | null }, by: Actor): Incident {
    const key = this.#named(id);
    const { wallMs } = this.#o.now();
    this.#apply(key, 'acknowledge', { acknowledgement: { ...o, who: by.who, atMs: wallMs }, by });
    return this.#open.get(key)!;
  }

  release(id: number, by: Actor): Incident {
    const key = this.#named(id);
    this.#apply(key, 'release', { by });
    return this.#open.get(key)!;
  }

  /** What time and company change: which acknowledgement is over, who may be told now, who has to be told again. */
  settle(): void {
    const now = this.#o.now();
    for (const judgement of [...this.#ending.values()]) this.judged(judgement);
    for (const [key, { acknowledged }] of [...this.#open]) {
      const untilMs = acknowledged?.untilMs ?? null;
      if (untilMs !== null && now.wallMs >= untilMs) this.#apply(key, 'release', { now });
    }
    this.#weighAll([...this.#open.keys()], now);
  }

  /** Only what was opened in this turn. */
  settleFresh(): void {
    if (this.#fresh.size > 0) this.#weighAll([...this.#fresh], this.#o.now());
  }

  #weighAll(keys: readonly string[], now: Moment): void {
    const open = this.list();
    for (const key of keys) {
      const incident = this.#open.get(key);
      if (incident === undefined) continue;
      const held = this.#holdOf(incident, open, now);
      // Who explains it is written down at once: after a start that has to be known before anybody is told.
      if (held.cause !== incident.cause && !this.#fresh.has(key))
        this.#write({ incident: { ...incident, ...held }, notes: [], occasion: null });
      else if (held.hold !== incident.hold || held.cause !== incident.cause)
        this.#changed({ ...incident, ...held });
      if (held.hold === null) this.#apply(key, 'free', { now });
      if (this.#isDue(this.#open.get(key), now)) this.#apply(key, 'due', { now });
      const left = this.#open.get(key);
      if (left !== undefined && this.#fresh.has(key))
        this.#write({ incident: left, notes: [], occasion: null });
    }
  }

  #holdOf(incident: Incident, open: readonly Incident[], now: Moment): Held {
    const { severity, told } = incident;
    const opinion = this.#o.judge(incident, open);
    if (opinion !== null && opinion !== 'settling') return { hold: 'cause', cause: opinion.cause };
    const { schedules } = this.#o;
    const scopes = scopesOf(incident, this.#o.groupsOf(incident));
    const held = (hold: Hold | null) => ({ hold, cause: null });
    if (schedules.inMaintenance(scopes, now)) return held('maintenance');
    if (schedules.isQuietFor(severity, scopes, now)) return held('quiet');
    if (told) return held(null);
    if (opinion === 'settling') return held('settling');
    const sinceMs = now.wallMs - this.#lastTold(incident);
    return held(isWithin(sinceMs, this.#ruleOf(incident)?.cooldownMs ?? 0) ? 'cooldown' : null);
  }

  #isDue(incident: Incident | undefined, now: Moment): boolean {
    if (phaseOf(incident) !== 'told' || incident?.verdict !== 'bad' || incident.hold !== null) return false;
    const everyMs = this.#ruleOf(incident)?.repeatMs ?? 0;
    return everyMs > 0 && !isWithin(now.wallMs - (incident.toldMs ?? 0), everyMs);
  }

  #apply(key: string, event: Event, more: More): void {
    const before = this.#open.get(key);
    const { does } = transitions[phaseOf(before)][event];
    const { judgement } = more;
    if (before === undefined) {
      if (does.includes('open') && judgement !== undefined) this.#begin(key, judgement);
      return;
    }
    const incident = judgement === undefined ? before : this.#seen(before, judgement);
    if (does.length === 0) {
      if (incident !== before) this.#changed(incident);
      return;
    }
    const because: Because = {
      ...{ ...more, now: more.now ?? this.#o.now(), groups: this.#o.groupsOf(before) },
      isEvent: this.#ruleOf(before)?.kind.isEvent === true,
      ...(does.some((deed) => deed.startsWith('tell')) ? { telling: this.#o.tellingOf?.(before) } : {}),
    };
    let draft: Draft = { incident, notes: [], occasion: null };
    for (const deed of does) if (deed !== 'open') draft = deeds[deed](draft, because);
    this.#write(draft);
    if (draft.occasion !== null && draft.occasion.kind !== 'recovered')
      this.#toldMs.set(pauseKeyOf(before), draft.occasion.atMs);
  }

  #begin(key: string, judgement: Judgement): void {
    const { wallMs, trusted } = this.#o.now();
    const incident = openedIncident(this.#nextId++, judgement, {
      ...{ machine: machineOf(judgement), openedMs: wallMs, trusted, text: this.#textOf(judgement) },
    });
    this.#fresh.add(key);
    this.#keep(incident);
  }

  /** The verdict of now; what is bad, in words of now. */
  #seen(before: Incident, judgement: Judgement): Incident {
    const { verdict } = judgement;
    if (verdict !== 'bad') return verdict === before.verdict ? before : { ...before, verdict };
    // After a start it is known that a probe still fails before it is heard again why.
    const { reason } = before.evidence;
    const isUnsaid = judgement.evidence.reason === null && typeof reason === 'string';
    const evidence = isUnsaid ? { ...judgement.evidence, reason } : judgement.evidence;
    return { ...before, verdict, evidence, text: this.#textOf({ ...judgement, evidence }) };
  }

  #textOf({ rule, machine, evidence, subject }: Judgement) {
    return incidentText(this.#o.nameOf(machine), rule.kind.words(evidence, subject));
  }

  #write(draft: Draft): void {
    const incident = { ...draft.incident, revision: draft.incident.revision + 1 };
    const key = this.#keys.get(incident.id)!;
    const notes = this.#fresh.delete(key) ? [openedNote(incident), ...draft.notes] : draft.notes;
    this.#changed(incident);
    this.#o.put({ ...draft, incident, notes });
  }

  #changed(incident: Incident): void {
    this.#keep(incident);
    this.#o.onChange(incident);
  }

  #keep(incident: Incident): void {
    const key = keyOf(incident.rule, incident.machine, incident.subject);
    if (incident.state === 'resolved') {
      this.#open.delete(key);
      this.#ending.delete(key);
      this.#keys.delete(incident.id);
      return;
    }
    this.#open.set(key, incident);
    this.#keys.set(incident.id, key);
  }

  #named(id: number): string {
    const key = this.#keys.get(id);
    if (key === undefined)
      throw new Failure(
        'NOT_FOUND',
        { en: `no incident ${id} is open`, fr: `aucun incident ${id} n’est ouvert` },
        { path: 'incident' },
      );
    return key;
  }

  #lastTold(incident: Incident): number {
    return this.#toldMs.get(pauseKeyOf(incident)) ?? Number.NEGATIVE_INFINITY;
  }

  #ruleOf(incident: Incident): Effective | null {
    return this.#o.ruleOf(incident.rule, incident);
  }
}

const clocksStepMs = 60_000;

/** A time that lies far ahead was told by a clock that was wrong. */
function isWithin(sinceMs: number, pauseMs: number): boolean {
  return sinceMs > -clocksStepMs && sinceMs < pauseMs;
}
