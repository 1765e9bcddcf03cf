/** What a kind of rule is: a pure step from what it remembers and what is seen to a verdict. */
import type { MachineState } from '../../store/client/types.ts';
import type { Evidence, OptionSpec, OptionValues, Verdict, WatchText } from '../client/types.ts';

/** How a machine is. Times are on the axis of the inputs, which never jumps. */
export type Presence = {
  state: MachineState;
  sinceMs: number;
  /** When it was heard last. */
  heardMs: number;
  /** A timetable says that it may be off now; otherwise since when it should be there. */
  expectedOff: boolean;
  expectedSinceMs: number;
};

export type Input = {
  atMs: number;
  presence: Presence;
  /** Both absent: nothing was measured, time has passed or the machine changed its state. */
  value?: number | undefined;
  /** Of counters, per second. */
  rate?: number | undefined;
};

export type Judged<S> = { state: S; verdict: Verdict; evidence: Evidence };

export type OptionSpecs = Readonly<Record<string, OptionSpec>>;
export type OptionsOf<O extends OptionSpecs> = {
  readonly [K in keyof O]: O[K]['type'] extends 'number' | 'duration' ? number : string;
};

export type RuleKind<O extends OptionSpecs, S, V = OptionsOf<O>> = {
  about: WatchText;
  options: O;
  /** Names of series, or their beginnings with a star; none: it judges the machine itself. */
  metrics(options: V): readonly string[];
  /** Of the series that match, those that are judged. */
  judges?(name: string, options: V): boolean;
  /** How much of the past it needs to know at the start; of a probe, which is looked at so often. */
  lookbackMs(options: V, intervalMs?: number): number;
  /** What it remembers outlives an absence of the machine. */
  outlives?: true;
  /** Before anything was seen; `wasBad` when there is an open incident of it. */
  begin(wasBad: boolean): S;
  step(state: S, input: Input, options: V): Judged<S>;
  /** What is wrong, without the name of the machine. */
  words(evidence: Evidence, subject: string): WatchText;
  /** An event that has no end worth telling. */
  isEvent?: true;
};

/** A kind whose own types only it knows: options were checked against its specs, states come from itself. */
export type AnyRuleKind = RuleKind<OptionSpecs, unknown, OptionValues>;

export function ruleKind<const O extends OptionSpecs, S>(kind: RuleKind<O, S>): AnyRuleKind {
  return kind as unknown as AnyRuleKind;
}

/** Longer than an agent may wait between two samples. */
export const gapMs = 6 * 60_000;

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

export const nothingSeen: Evidence = {};
