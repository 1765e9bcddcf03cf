/** What the REST answers and the live stream carry, in the words of the daemons that make it. */
import type { Processes, ServiceList } from '../../../ingest/client/types.ts';
import type { Latest, Machine, Summary } from '../../../store/client/types.ts';
import type { ProbeState } from '../../../watch/client/probes.ts';
import type { Incident } from '../../../watch/client/types.ts';

export type { FrameMessage as PanelFrame } from '../../../../display/client/types.ts';
export type { Clone, EnrolmentToken, OpenHouse, Waiting } from '../../../ingest/client/types.ts';
export type {
  Column,
  Facts,
  JournalEntry,
  JournalPage,
  JournalQuery,
  Latest,
  Machine,
  MachineState,
  RangeAnswer,
  Summary,
} from '../../../store/client/types.ts';
export type { ProbeState } from '../../../watch/client/probes.ts';
export type { Incident, Severity } from '../../../watch/client/types.ts';

export type Session = {
  state: 'first' | 'signed-out' | 'signed-in';
  user?: { name: string; role: string };
  /** SHA-256 of the page's public key and of its certificate. */
  box: { name: string; version: string; fingerprint: string; certificate: string };
  language: string;
};

/** A row of the fleet; a machine that never sent a sample has no summary. */
export type FleetRow = Machine & { tMs?: number | null; summary?: Summary | null };

export type FleetAnswer = {
  machines: FleetRow[];
  nowMs: number;
  clockTrusted: boolean;
  staleSinceMs: number | null;
  ingestStaleSinceMs: number | null;
};

export type MachineAnswer = Machine & { latest: Latest[]; failedServices?: number | null };
export type ServicesAnswer = Omit<ServiceList, 'toldMs'> & { toldMs: number | null };
export type ProcessesAnswer = Required<Pick<Processes, 'off' | 'processes'>> & { overMs: number | null };

export type LiveChange = { machine: number; tMs: number; summary: Summary; values?: Latest[] };
export type MachineChange = Machine & { removed?: boolean };
/** Where agents connect. */
export type AgentsDoor = { port: number; addresses: string[] };
/** Null while the packages are not built. */
export type InstallLines = { commands: { linux: string; macos: string; windows: string } | null };
export type Source = 'store' | 'ingest' | 'watch' | 'display';
export type IncidentChange = { incident: Incident };
export type ProbeChange = { probe: ProbeState } | { probeRemoved: string };

/** What REST lets a browser do; the two edges of a real button are for the box's own processes. */
export type PressKind = 'press' | 'hold' | 'double';
