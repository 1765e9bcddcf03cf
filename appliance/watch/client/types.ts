/** The nouns of the watch, as every other daemon sees them. */
import type { ProbeState } from './probes.ts';

export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Unknown is never good: nobody can tell. */
export type Verdict = 'good' | 'bad' | 'unknown';

export type WatchText = { en: string; fr: string };

/** Who does something, from where; for the journal. */
export type Actor = { who: string; role: string; from: string };

/** What was seen that made the verdict: numbers and short words, for people and programs. */
export type Evidence = Readonly<Record<string, number | string | null>>;

/** Why an open incident is not told to anybody (yet). */
export const holds = ['maintenance', 'quiet', 'cooldown', 'cause', 'settling'] as const;
export type Hold = (typeof holds)[number];

/** How an incident ended: it was good again, or there is nothing left that could be judged. */
export const endings = ['recovered', 'machine-removed', 'rule-removed', 'gone'] as const;
export type Ending = (typeof endings)[number];

export const incidentStates = ['open', 'acknowledged', 'resolved'] as const;
export type IncidentState = (typeof incidentStates)[number];

export type Acknowledgement = { who: string; note: string; atMs: number; untilMs: number | null };

export type Incident = {
  /** 1, 2, 3 …; never used again. */
  id: number;
  rule: string;
  kind: string;
  /** Null: the box itself, or what no machine stands for. */
  machine: number | null;
  /** The series or probe that is meant; empty when it is the machine itself. */
  subject: string;
  severity: Severity;
  state: IncidentState;
  /** What can be said now: unknown while its machine is not heard. Of a resolved one: good. */
  verdict: Verdict;
  openedMs: number;
  /** Whether the box's clock was trusted when it opened. */
  trusted: boolean;
  resolvedMs: number | null;
  ending: Ending | null;
  acknowledged: Acknowledgement | null;
  /** Whether anybody was told of it, when last, how often. */
  told: boolean;
  toldMs: number | null;
  timesTold: number;
  hold: Hold | null;
  /** The incident that explains this one. */
  cause: number | null;
  text: WatchText;
  evidence: Evidence;
  /** Grows with each write: two that are equal are the same. */
  revision: number;
};

/** What somebody is to be told: stands on disk with the transition that made it, until the outbox has taken it. */
export type Occasion = {
  incident: number;
  kind: 'opened' | 'repeated' | 'recovered';
  severity: Severity;
  machine: number | null;
  /** Groups of the machine then: routing goes by them. */
  groups: string[];
  text: WatchText;
  /** What else belongs to it: whom a cause takes along, who came back. */
  more?: WatchText | undefined;
  /** What a person does about it. */
  next?: WatchText | undefined;
  atMs: number;
};

/** What a rule may be said about: everything, a group, one machine or one probe. The narrower one wins. */
export type Scope = 'all' | `group:${string}` | `machine:${number}` | `probe:${string}`;

/** An option of a kind of rule: declared once, for checks, forms and help. */
export type OptionSpec = {
  type: 'number' | 'duration' | 'choice' | 'metric';
  default: number | string;
  about: WatchText;
  /** As in `share` (0 to 1), `By/s`, `d`; empty for none. Durations are milliseconds. */
  unit?: string;
  min?: number;
  max?: number;
  choices?: readonly string[];
};

export type OptionValues = Readonly<Record<string, number | string>>;

export type RuleKindInfo = { kind: string; about: WatchText; options: Record<string, OptionSpec> };

/** What one rule says about one scope; what it leaves out is taken from the wider one. */
export type RuleChange = {
  enabled?: boolean;
  severity?: Severity;
  options?: OptionValues;
  /** After it was told, another failure of the same machine is held for so long. */
  cooldownMs?: number;
  /** Told again so often until somebody acknowledges; 0: never. */
  repeatMs?: number;
};

export type Rule = {
  id: string;
  kind: string;
  name: WatchText;
  /** Comes with the program: it can be changed and switched off, not removed. */
  builtIn: boolean;
  enabled: boolean;
  severity: Severity;
  options: OptionValues;
  cooldownMs: number;
  repeatMs: number;
  /** By scope, without `all`. */
  overrides: Record<string, RuleChange>;
};

/** A rule that a person makes. */
export type NewRule = RuleChange & { kind: string; name: string };

export type Group = {
  id: string;
  name: string;
  machines: number[];
  /** The probe of the switch or router that all of them hang behind. */
  parent?: string | undefined;
};

export const scheduleKinds = ['quiet', 'maintenance', 'expected-off'] as const;
export type ScheduleKind = (typeof scheduleKinds)[number];

/** Every week on these days (1 is Monday), from a time to the next time that it is `to`, by the clocks of the zone. */
export type Weekly = { days: number[]; from: string; to: string; zone: string };

export type Schedule = {
  id: string;
  kind: ScheduleKind;
  name: string;
  scopes: Scope[];
  weekly?: Weekly;
  /** Once: from a moment to another. */
  once?: { fromMs: number; toMs: number };
  /** Quiet hours hold what is less severe than this: `critical` unless it is said. */
  below?: Severity;
};

export type NewSchedule = Omit<Schedule, 'id'>;

/** What would have been told of in the past, had the rule been so. */
export type Preview = {
  fromMs: number;
  toMs: number;
  /** How finely the past was looked at. */
  stepMs: number | null;
  machines: { machine: number; series: number; incidents: PreviewIncident[] }[];
  /** Of a rule about probes. */
  probes: { probe: string; name: string; incidents: PreviewIncident[] }[];
  /** What does not fit, in words: a metric that no machine has. */
  warnings: WatchText[];
};

export type PreviewIncident = {
  subject: string;
  openedMs: number;
  resolvedMs: number | null;
  text: WatchText;
  evidence: Evidence;
};

export type IncidentQuery = {
  /** Open ones (acknowledged too) unless `all`. */
  state?: 'open' | 'all' | undefined;
  machine?: number | undefined;
  /** Only with a smaller number: the cursor of a page. */
  before?: number | undefined;
  limit?: number | undefined;
};

/** Newest first. */
export type IncidentPage = { incidents: Incident[]; more: number | null };

/** The open ones at the beginning, then each that changes; probes when their verdict, reason or definition did. */
export type WatchChange =
  | { open: Incident[] }
  | { incident: Incident }
  | { probe: ProbeState }
  | { probeRemoved: string };

export type WatchHealth = {
  /** Since when the store is heard; null while it is away, and everything is unknown. */
  seesSinceMs: number | null;
  machines: number;
  /** What is judged: a rule for one subject of one machine. */
  judged: number;
  open: number;
  /** Transitions that wait for the disk. */
  unwritten: number;
};
