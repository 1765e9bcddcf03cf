/** The store as the other daemons call it, over its unix socket. */
import { join } from 'node:path';
import type { Series } from '../../protocol/series.ts';
import type { Timer } from '../../runtime/clock.ts';
import type { Failure } from '../../runtime/errors.ts';
import { createLocalClient, type LocalClient } from '../../runtime/socket/client.ts';
import { createFrameClient, type FrameClient } from '../../runtime/socket/frame-client.ts';
import { encodeBatch } from './append.ts';
import { latestOf } from './latest-columns.ts';
import { type StoreRole, storeSocket } from './roles.ts';
import { unpackTable } from './table.ts';
import type {
  Admission,
  AppendBatch,
  Appended,
  BackupOrder,
  Change,
  CleanupQuery,
  ClockState,
  ClockVote,
  Commit,
  DatedSummary,
  ExportPage,
  ExportQuery,
  Health,
  JournalCheck,
  JournalCleanup,
  JournalEntry,
  JournalPage,
  JournalQuery,
  Latest,
  Machine,
  MachinePatch,
  Note,
  RangeAnswer,
  RangeQuery,
  RecordPage,
  RecordQuery,
  RecordWrite,
  Revoked,
  StoreRecord,
  Topic,
} from './types.ts';

export type { StoreRole } from './roles.ts';
export type * from './types.ts';

export type ChangeHandlers = {
  onChange(change: Change): void;
  onUp?(): void;
  onDown?(error: Failure): void;
};

export type ChangesQuery = { topics: readonly Topic[]; machine?: number; series?: readonly string[] };

export type CommitHandlers = { onCommit(commit: Commit): void; onDown(error: Failure): void };

export interface StoreClient {
  /** Resolves when the store holds the batch in RAM; `commits` says when it is on disk. */
  append(batch: AppendBatch): Promise<Appended>;
  commits(on: CommitHandlers): Timer;
  machines(): Promise<Machine[]>;
  machine(machine: number): Promise<Machine>;
  /** A known key keeps its number and gets the new name; on disk before the answer. */
  admit(admission: Admission): Promise<Machine>;
  /** Keys that were admitted once and must not come back without a person. */
  revoked(): Promise<Revoked[]>;
  updateMachine(machine: number, patch: MachinePatch): Promise<Machine>;
  /** Frees the key; the number is never used again. */
  removeMachine(machine: number, by: string): Promise<void>;
  /**
   * Maps a wire dictionary to the machine's append-only dictionary: the store's index of each series,
   * -1 for one that is beyond the limits (its values are not kept: leave them out). `probes`: those that the machine runs.
   */
  series(machine: number, series: readonly Series[], probes?: readonly string[]): Promise<number[]>;
  latest(machine: number): Promise<Latest[]>;
  /** Of every machine, by its number. */
  latestOfAll(): Promise<Record<number, Latest[]>>;
  summaries(): Promise<Record<number, DatedSummary>>;
  range(query: RangeQuery, o?: { signal?: AbortSignal }): Promise<RangeAnswer>;
  /** Every sample or cell once, a page at a time. */
  exportPage(query: ExportQuery, o?: { signal?: AbortSignal }): Promise<ExportPage>;
  /** As many as the limit (100), or all there are, however many pages that takes. */
  journal(query: JournalQuery): Promise<JournalEntry[]>;
  journalPage(query: JournalQuery): Promise<JournalPage>;
  /** The whole chain, step by step; told after each how many entries were read. */
  verifyJournal(onStep?: (entries: number) => void): Promise<Omit<JournalCheck, 'next'>>;
  cleanUpJournal(query: CleanupQuery): Promise<JournalCleanup>;
  note(note: Note): Promise<JournalEntry>;
  setting(section: string): Promise<unknown>;
  putSetting(section: string, value: unknown): Promise<void>;
  record(namespace: string, key: string): Promise<unknown>;
  /** The value with its version, for a write that must not overwrite another's; null when there is none. */
  versioned(namespace: string, key: string): Promise<{ value: unknown; version: string } | null>;
  /** All of a namespace, or all whose keys begin with the prefix, read page by page. */
  records(namespace: string, query?: { prefix?: string }): Promise<StoreRecord[]>;
  recordPage(namespace: string, query: RecordQuery): Promise<RecordPage>;
  /** All or none; the new versions. CONFLICT when one finds another version than it asks for. Notes are written with them. */
  writeRecords(writes: readonly RecordWrite[], notes?: readonly Note[]): Promise<(string | null)[]>;
  putRecord(namespace: string, key: string, value: unknown): Promise<void>;
  deleteRecord(namespace: string, key: string): Promise<void>;
  /** With `machine`, live changes are those of this machine only and carry the values of all its series. */
  /** With `series` (names, or beginnings of names that end in a star) they carry what is new of these, the first one of each machine all that is known. */
  changes(query: ChangesQuery, on: ChangeHandlers): Timer;
  health(): Promise<Health>;
  /** The bytes of a backup of this moment. With a passphrase it is encrypted and holds users and other secrets too. */
  backup(order: BackupOrder, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  /** Also told to whoever watches the topic `clock`, at once and at each change. */
  clock(): Promise<ClockState>;
  /** What the clocks of synchronised machines say. */
  voteClock(votes: readonly ClockVote[]): Promise<void>;
  /** A person says what time it is. */
  confirmClock(confirmedMs: number, by: { who: string; role: string; from: string }): Promise<ClockState>;
  close(): void;
}

/** `as` says which of the store's sockets is opened, and so what the store will do for the caller. */
export function createStoreClient(options: { runDir: string; as: StoreRole }): StoreClient {
  const path = join(options.runDir, storeSocket(options.as));
  const appends = createFrameClient({ socketPath: path, path: '/v1/appends' });
  return storeClientOver(createLocalClient({ path }), appends);
}

/** The answers come from the store of the same release over a socket that only our group opens: not parsed again. */
function storeClientOver(local: LocalClient, appends: FrameClient): StoreClient {
  return {
    append: async (batch) => (await appends.ask(encodeBatch(batch))) as Appended,
    ...sampleCalls(local),
    ...machineCalls(local),
    ...recordCalls(local),
    ...streamCalls(local),
    ...clockCalls(local),
    health: async () => (await local.get('/v1/health')) as Health,
    backup: (order, signal) => local.postForBytes('/v1/backup', order, signal),
    close() {
      appends.close();
      local.close();
    },
  };
}

const segment = encodeURIComponent;
/** The store gives no longer pages. */
const mostOfPage = 1_000;

function sampleCalls(local: LocalClient) {
  return {
    latest: async (machine: number) => (await local.get(`/v1/machines/${machine}/latest`)) as Latest[],
    latestOfAll: async () => latestOf(await local.getBytes('/v1/latest')),
    summaries: async () => (await local.get('/v1/summaries')) as Record<number, DatedSummary>,
    range: async (q: RangeQuery, o?: { signal?: AbortSignal }) =>
      unpackTable(
        await local.getBytes(`/v1/machines/${q.machine}/range`, {
          ...o,
          query: {
            ...{ series: q.names, from: q.fromMs, to: q.toMs, points: q.points, form: 'packed' },
            ...(q.last ? { last: 'true' } : {}),
          },
        }),
      ) as RangeAnswer,
    exportPage: async (
      { machine, names, fromMs, toMs, tier, cursor }: ExportQuery,
      o?: { signal?: AbortSignal },
    ) =>
      unpackTable(
        await local.getBytes(`/v1/machines/${machine}/export`, {
          ...o,
          query: { series: names, from: fromMs, to: toMs, tier, cursor, form: 'packed' },
        }),
      ) as ExportPage,
  };
}

function machineCalls(local: LocalClient) {
  return {
    machines: async () => (await local.get('/v1/machines')) as Machine[],
    machine: async (machine: number) => (await local.get(`/v1/machines/${machine}`)) as Machine,
    admit: async (admission: Admission) => (await local.post('/v1/machines', admission)) as Machine,
    revoked: async () => (await local.get('/v1/revoked')) as Revoked[],
    updateMachine: async (machine: number, patch: MachinePatch) =>
      (await local.patch(`/v1/machines/${machine}`, patch)) as Machine,
    removeMachine: async (machine: number, by: string) => {
      await local.delete(`/v1/machines/${machine}`, { query: { by } });
    },
    series: async (machine: number, series: readonly Series[], probes?: readonly string[]) =>
      (await local.post(`/v1/machines/${machine}/series`, {
        series,
        ...(probes === undefined ? {} : { probes }),
      })) as number[],
  };
}

type Versioned = { value: unknown; version: string | null };

function recordCalls(local: LocalClient) {
  const unwrap = (answer: unknown) => (answer as { value: unknown }).value;
  const at = (namespace: string, key: string) => `/v1/records/${segment(namespace)}/${segment(key)}`;
  const journalPage = async (q: JournalQuery) =>
    (await local.get('/v1/journal', { query: { ...q } })) as JournalPage;
  const recordPage = async (namespace: string, query: RecordQuery) =>
    (await local.get(`/v1/records/${segment(namespace)}`, { query: { ...query } })) as RecordPage;
  return {
    async journal({ limit = 100, ...query }: JournalQuery) {
      const entries: JournalEntry[] = [];
      for (let before = query.before; entries.length < limit; ) {
        const page = await journalPage({
          ...query,
          before,
          limit: Math.min(limit - entries.length, mostOfPage),
        });
        entries.push(...page.entries);
        if (page.more === null) break;
        before = page.more;
      }
      return entries;
    },
    journalPage,
    async verifyJournal(onStep?: (entries: number) => void) {
      const whole: Omit<JournalCheck, 'next'> = { entries: 0, broken: null, problems: [] };
      let next: number | null | undefined;
      do {
        const step = (await local.get('/v1/journal/verify', {
          query: { next: next ?? undefined },
        })) as JournalCheck;
        whole.entries += step.entries;
        whole.broken ??= step.broken;
        if (whole.problems.length < 100) whole.problems.push(...step.problems);
        onStep?.(whole.entries);
        next = step.next;
      } while (next !== null);
      return whole;
    },
    cleanUpJournal: async (query: CleanupQuery) =>
      (await local.post('/v1/journal/cleanup', query, { timeoutMs: 120_000 })) as JournalCleanup,
    note: async (note: Note) => (await local.post('/v1/journal', note)) as JournalEntry,
    setting: async (section: string) => unwrap(await local.get(`/v1/settings/${segment(section)}`)),
    putSetting: async (section: string, value: unknown) => {
      await local.put(`/v1/settings/${segment(section)}`, { value });
    },
    record: async (namespace: string, key: string) => unwrap(await local.get(at(namespace, key))),
    async versioned(namespace: string, key: string) {
      const { value, version } = (await local.get(at(namespace, key))) as Versioned;
      return version === null ? null : { value, version };
    },
    async records(namespace: string, query: { prefix?: string } = {}) {
      const all: StoreRecord[] = [];
      let after: string | null | undefined;
      do {
        const page = await recordPage(namespace, { ...query, ...(after == null ? {} : { after }) });
        all.push(...page.records);
        after = page.more;
      } while (after !== null);
      return all;
    },
    recordPage,
    writeRecords: async (writes: readonly RecordWrite[], notes?: readonly Note[]) =>
      (
        (await local.post('/v1/records', notes === undefined ? { writes } : { writes, notes })) as {
          versions: (string | null)[];
        }
      ).versions,
    putRecord: async (namespace: string, key: string, value: unknown) => {
      await local.put(at(namespace, key), { value });
    },
    deleteRecord: async (namespace: string, key: string) => {
      await local.delete(at(namespace, key));
    },
  };
}

function clockCalls(local: LocalClient) {
  return {
    clock: async () => (await local.get('/v1/clock')) as ClockState,
    voteClock: async (votes: readonly ClockVote[]) => {
      await local.post('/v1/clock/votes', { votes });
    },
    confirmClock: async (confirmedMs: number, by: { who: string; role: string; from: string }) =>
      (await local.post('/v1/clock/confirm', { confirmedMs, by })) as ClockState,
  };
}

function streamCalls(local: LocalClient) {
  return {
    commits: (on: CommitHandlers) =>
      local.follow('/v1/commits', {
        onLine: (line) => on.onCommit(line as Commit),
        onDown: (error) => on.onDown(error),
      }),
    changes: (query: ChangesQuery, on: ChangeHandlers) =>
      local.follow('/v1/changes', {
        query: { topic: query.topics, machine: query.machine, series: query.series },
        onLine: (line) => on.onChange(line as Change),
        onUp: () => on.onUp?.(),
        onDown: (error) => on.onDown?.(error),
      }),
  };
}
