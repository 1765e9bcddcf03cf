/** The nouns of the store, as every other daemon sees them. */
import type { Facts } from '../../protocol/facts.ts';
import type { Tick } from '../../protocol/ticks.ts';
import type { JournalEntry } from './journal-types.ts';

export type * from './journal-types.ts';
export type * from './record-types.ts';
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

export type Admission = {
  key: string;
  name: string;
  by: string;
  local: boolean;
  /** A person says that this is that machine, present or removed, with a new key: it keeps its number and its history. */
  same?: number;
};

/** A key that was a machine's and is not any more: it was removed, or has another key now. */
export type Revoked = { key: string; machine: number; name: string; removed: boolean };

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
  /** If asked for: the last value itself, also of a counter. */
  last?: (number | null)[];
};

export type RangeQuery = {
  machine: number;
  names: string[];
  fromMs: number;
  toMs: number;
  /** Buckets wanted; there may be up to half as many where history was rolled up. */
  points: number;
  /** Also the last value of each bucket. */
  last?: boolean;
};

/** Bucket i covers [startMs + i * stepMs, startMs + (i + 1) * stepMs). */
export type RangeAnswer = {
  machine: number;
  startMs: number;
  stepMs: number;
  count: number;
  columns: Column[];
  /** Fewer points than were asked for, because so many are never given. */
  clipped?: true;
  /** Times whose stored values are damaged and therefore not given. */
  damaged?: { fromMs: number; toMs: number }[];
};

export type ExportTier = 'raw' | 'minute' | 'ten';

export type ExportQuery = {
  machine: number;
  names: string[];
  fromMs: number;
  toMs: number;
  /** Samples, or cells of one or ten minutes; cells are also made of what is finer, never of what is coarser. */
  tier: ExportTier;
  /** `next` of the page before. */
  cursor?: string;
};

type Cells = (number | null)[];

/** Whole numbers as they are kept: each stands for itself ÷ 10^scale. Null where there is none. */
export type ExportColumn = {
  name: string;
  unit: string;
  scale: number;
  kind: 'gauge' | 'counter';
  /** Of samples. */
  values?: Cells;
  /** Of cells: how many samples, the last of them, and the least and greatest (of counters: rates a second inside). */
  count?: Cells;
  last?: Cells;
  min?: Cells;
  max?: Cells;
  /** Of gauges. */
  sum?: Cells;
  /** Of counters: the first value; what it grew by inside, over how long. The step to the next cell is its first − this last. */
  first?: Cells;
  increase?: Cells;
  coveredMs?: Cells;
};

export type ExportPage = {
  machine: number;
  tier: ExportTier;
  /** Dates of the samples or beginnings of the cells. */
  times: number[];
  columns: ExportColumn[];
  /** Null on the last page. A page may be empty and not the last. */
  next: string | null;
  damaged?: { fromMs: number; toMs: number }[];
};

/** Ticks of one machine and run; values stand in the order of the machine's store dictionary. */
export type AppendEntry = {
  machine: number;
  run: string;
  /** Wall time of the box at the run's millisecond 0. */
  wallAtZeroMs: number;
  trusted: boolean;
  /** Not trusted yet: the provisional anchor of the box that the date was made with, by which it is corrected later. */
  anchorMs?: number | undefined;
  ticks: Tick[];
};

export type AppendBatch = AppendEntry[];

/** A `path` says that only this and its like were left out, and the rest was taken. */
export type Appended = { batch: number; refused: { machine: number; code: string; path?: string }[] };

/** Batches up to `durable` of this epoch are on disk; an epoch lasts as long as one store process. */
export type Commit = { epoch: string; durable: number };

export type Topic = 'live' | 'machine' | 'journal' | 'setting' | 'clock' | `record:${string}`;

export type Change =
  | { topic: 'live'; machine: number; tMs: number; summary: Summary; values?: Latest[] }
  | { topic: 'machine'; machine: Machine; removed?: boolean }
  | { topic: 'journal'; entry: JournalEntry }
  | { topic: 'setting'; section: string }
  | { topic: 'clock'; clock: ClockState }
  /** A record of the namespace was written, or deleted: then its version is null. */
  | { topic: `record:${string}`; key: string; version: string | null };

/** Why the box's clock is trusted. */
export const clockSources = ['configured', 'ntp', 'person', 'machines'] as const;
export type ClockOrigin = (typeof clockSources)[number];

/** The box's time: monotonic milliseconds of this boot plus the anchor, the same for every process of the box. */
export type ClockState = {
  trusted: boolean;
  /** Who vouches for it; null while untrusted. */
  source: ClockOrigin | null;
  /** Box time. */
  sinceMs: number | null;
  anchorMs: number;
  /** What the anchor was, and still is, while nobody knows the time; it names the boot. */
  provisionalMs: number;
  /** Box time less the wall clock of the operating system. */
  correctionMs: number;
  /** Whether anything may be deleted by its age. */
  retention: boolean;
  /** The highest time that was trusted so far. */
  floorMs: number | null;
  /** Somebody shows a time that is more than an hour away and not believed. */
  disputed: { source: ClockOrigin; byMs: number } | null;
};

/** A machine that knows the time: the date of the box's monotonic 0 by its clock, null when it no longer knows it. */
export type ClockVote = { machine: number; anchorMs: number | null };

/** Samples that are lost and cannot come back; machine null stands for any. */
export type Lost = { machine: number | null; fromMs: number; toMs: number; why: string };

export type ScrubResult = {
  atMs: number;
  isGood: boolean;
  why: string | null;
  keys: number;
  bytes: number;
  /** Blocks that have to be there and are not. */
  missing: number;
  damagedValues: number;
};

export type RoomState = {
  freeBytes: number;
  sizeBytes: number;
  /** Samples are refused. */
  isFull: boolean;
  /** Records too. */
  isFullForRecords: boolean;
  ballastBytes: number;
  /** Writes that found no room since the start; they are repeated until they do. */
  failedWrites: number;
};

/** How the store looks after itself. */
export type CareState = {
  room: RoomState;
  lost: Lost[];
  /** The last time that everything was read; null before. */
  scrub: ScrubResult | null;
};

export type HistoryHealth = {
  /** Blocks that became minutes, and how many samples were in them; records of minutes that became tens. */
  rolledUp: number;
  rolledSamples: number;
  rolledRecords: number;
  deletedBlocks: number;
  deletedRecords: number;
  deletedBytes: number;
  /** Of these by the budget of the disk. */
  deletedByBudget: number;
  compactions: number;
  /** Where the oldest minutes and tens begin. */
  minutesFromMs: number | null;
  tensFromMs: number | null;
};

export type Health = {
  care: CareState;
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
  clock: ClockState;
  /** What was not taken since the start, by code. */
  refusedBy: Readonly<Partial<Record<string, number>>>;
  /** Runs with blocks whose date is not certain. */
  undated: number;
  /** What was rolled up and deleted since the start. */
  history: HistoryHealth;
};
