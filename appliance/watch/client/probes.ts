/** Probes, as every other daemon sees them. */
import type { LooseOptions } from '../../protocol/probes/exchange.ts';
import type { ProbeKind } from '../../protocol/probes/kinds.table.ts';
import type { Verdict, WatchText } from './types.ts';

export type ProbeDefinition = {
  /** Eight letters a-z and digits 2-7; series are named after it. */
  id: string;
  name: string;
  kind: ProbeKind;
  /** All that its kind declares. */
  options: LooseOptions;
  intervalMs: number;
  /** Machines that check it; empty: the box's own agent. */
  vantages: number[];
  enabled: boolean;
  /** Comes with the program: it can be stopped and pointed elsewhere, not removed. */
  builtIn: boolean;
  /** Groups of the watch: who is told goes by them. */
  groups: string[];
  /** The probe of the switch or router that it hangs behind. */
  parent: string | null;
  /** An admin lets it leave the networks of the machines that check it. */
  beyond: boolean;
};

/** What a person says of a new one; what is left out has its usual value. */
export type NewProbe = Pick<ProbeDefinition, 'name' | 'kind' | 'options'> &
  Partial<Pick<ProbeDefinition, 'intervalMs' | 'vantages' | 'enabled' | 'groups' | 'parent' | 'beyond'>>;

/** Options that are left out stay as they are; the kind cannot change. */
export type ProbeChange = Partial<Omit<NewProbe, 'kind'>>;

/** What one machine found. */
export type VantageResult = {
  machine: number;
  verdict: 'up' | 'down' | 'unknown';
  reason: { code: string; detail: string } | null;
  /** Since when the verdict is this one. */
  sinceMs: number | null;
  /** When it was last checked. */
  lastMs: number | null;
  durationS: number | null;
};

export type ProbeState = {
  probe: ProbeDefinition;
  verdict: Verdict;
  sinceMs: number | null;
  /** What all vantage points together say. */
  text: WatchText;
  vantages: VantageResult[];
  /** The open incident about it. */
  incident: number | null;
};

/** Time that nobody knows of is left out, and said. */
export type AvailabilitySpan = {
  span: '24h' | '7d' | '30d' | '365d';
  /** 0 to 1 of the time that is known. */
  share: number | null;
  knownS: number;
  unknownS: number;
  meanS: number | null;
  highestS: number | null;
};
