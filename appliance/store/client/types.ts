/** The nouns of the store, as every other daemon sees them. */
import type { Facts } from '../../protocol/facts.ts';
import type { Tick } from '../../protocol/ticks.ts';

export type { Facts };

export const machineStates = ['up', 'silent', 'vanished', 'asleep', 'off'] as const;
export type MachineState = (typeof machineStates)[number];

export type Machine = {
  machine: number;
  /** SHA-256 of the machine's SPKI, 64 hex characters; it keeps its number, also through a removal. */
  key: string;
  name: string;
  state: MachineState;
  stateSinceMs: number;
  admittedMs: number;
  admittedBy: string;
  /** The box's own agent. */
  local: boolean;
  facts: Facts | null;
  lastSampleMs: number | null;
  run: string | null;
};

export type MachinePatch = { state?: MachineState; name?: string; facts?: Facts; run?: string };

export type Admission = { key: string; name: string; by: string; local: boolean };

/** What a row of the fleet shows. Shares are 0..1; a value that the machine does not have is absent. */
export type Summary = {
  cpu?: number;
  memory?: number;
  /** The fullest file system. */
  disk?: number;
  /** Bytes a second over all interfaces but the loopback. */
  receiveBps?: number;
  transmitBps?: number;
  temperature?: number;
  load1?: number;
  uptimeS?: number;
};

export type DatedSummary = { tMs: number; summary: Summary };

export type Latest = {
  name: string;
  unit: string;
  kind: 'gauge' | 'counter';
  value: number;
  /** Per second; counters only, once two values are known. */
  rate?: number;
  tMs: number;
};

/** One series over the buckets of a range. Counters are given as rates per second; null is a gap. */
export type Column = {
  name: string;
  unit: string;
  kind: 'gauge' | 'counter';
  mean: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
};

export type RangeQuery = { machine: number; names: string[]; fromMs: number; toMs: number; points: number };

/** Bucket i covers [startMs + i * stepMs, startMs + (i + 1) * stepMs). */
export type RangeAnswer = {
  machine: number;
  startMs: number;
  stepMs: number;
  count: number;
  columns: Column[];
  /** Times whose stored values are damaged and therefore not given. */
  damaged?: { fromMs: number; toMs: number }[];
};

export type JournalText = { en: string; fr: string };

export type JournalEntry = {
  id: number;
  atMs: number;
  /** Whether the box's clock was trusted when this was written. */
  trusted: boolean;
  kind: string;
  who: string;
  role: string;
  from: string;
  machine: number | null;
  text: JournalText;
  details: Record<string, unknown>;
  /** Hash of the entry before, hex; 64 zeros for the first. */
  before: string;
  hash: string;
};

export type Note = {
  kind: string;
  who: string;
  role: string;
  from: string;
  machine?: number | null;
  text: JournalText;
  details?: Record<string, unknown>;
};

export type JournalQuery = {
  /** Only entries with a smaller id: the cursor of a page. */
  before?: number;
  limit?: number;
  kind?: string;
  machine?: number;
  text?: string;
};

/** Ticks of one machine and run; values stand in the order of the machine's store dictionary. */
export type AppendEntry = {
  machine: number;
  run: string;
  /** Wall time of the box at the run's millisecond 0. */
  wallAtZeroMs: number;
  trusted: boolean;
  ticks: Tick[];
};

export type AppendBatch = AppendEntry[];

export type Appended = { batch: number; refused: { machine: number; code: string }[] };

/** Batches up to `durable` of this epoch are on disk; an epoch lasts as long as one store process. */
export type Commit = { epoch: string; durable: number };

export type Topic = 'live' | 'machine' | 'journal' | 'setting';

export type Change =
  | { topic: 'live'; machine: number; tMs: number; summary: Summary; values?: Latest[] }
  | { topic: 'machine'; machine: Machine; removed?: boolean }
  | { topic: 'journal'; entry: JournalEntry }
  | { topic: 'setting'; section: string };

export type StoreRecord = { key: string; value: unknown };

export type Health = {
  epoch: string;
  startedMs: number;
  /** Highest batch that is on disk. */
  durable: number;
  /** Highest batch that was taken. */
  appended: number;
  machines: number;
  series: number;
  /** Ticks that wait in RAM for their block. */
  heads: number;
  headBytes: number;
  walBytes: number;
  diskBytes: number;
  /** Since the start: ticks taken, ticks already known, ticks refused, blocks written. */
  ticks: number;
  duplicates: number;
  refused: number;
  blocks: number;
};
