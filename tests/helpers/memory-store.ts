/**
 * The store in RAM, as honest as the real one where a caller can tell: numbers are never reused, batches are durable only when
 * the test says so, a crash loses what was not, duplicates have no effect. It can be away.
 */
import { randomUUID } from 'node:crypto';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Tick } from '../../appliance/protocol/ticks.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import type { ChangeHandlers, CommitHandlers, StoreClient } from '../../appliance/store/client/client.ts';
import type {
  Admission,
  AppendBatch,
  AppendEntry,
  Appended,
  Change,
  ClockVote,
  JournalEntry,
  Machine,
  MachinePatch,
  Note,
  Revoked,
} from '../../appliance/store/client/types.ts';

type Batch = { batch: number; entries: AppendEntry[] };
export type Held = { machine: number; run: string; tick: Tick; wallAtZeroMs: number; trusted: boolean };

export class MemoryStore {
  epoch = randomUUID();
  away = false;
  /** Commit each batch as soon as it is taken. */
  commitAtOnce = true;
  /** Answers that append gives to machines instead of taking their ticks. */
  readonly refuse = new Map<number, string>();
  readonly journal: JournalEntry[] = [];
  readonly machines = new Map<number, Machine>();
  readonly dictionaries = new Map<number, Series[]>();
  readonly records = new Map<string, unknown>();
  readonly revoked: Revoked[] = [];
  readonly appends: AppendBatch[] = [];
  readonly clockVotes: ClockVote[] = [];
  /** Every call that would write to the disk. */
  writes = 0;
  duplicates = 0;
  readonly #held = new Map<string, Held>();
  #durable = 0;
  #taken: Batch[] = [];
  #batch = 0;
  #next = 1;
  readonly #commits = new Set<CommitHandlers>();
  readonly #changes = new Set<{ topics: readonly string[]; on: ChangeHandlers }>();

  /** What is on disk of a machine, in order of seq. */
  held(machine: number, run?: string): Held[] {
    return [...this.#held.values()]
      .filter((one) => one.machine === machine && (run === undefined || one.run === run))
      .sort((a, b) => a.tick.seq - b.tick.seq);
  }

  get ticksInRam(): number {
    return this.#taken.flatMap((one) => one.entries.flatMap((entry) => entry.ticks)).length;
  }

  /** Writes what was taken, all or the oldest batches, and tells it. */
  commit(batches = this.#taken.length): void {
    for (const { batch, entries } of this.#taken.splice(0, batches)) {
      this.#durable = batch;
      for (const entry of entries) for (const tick of entry.ticks) this.#hold(entry, tick);
    }
    this.#tell();
  }

  /** The process dies: what was not on disk is gone. */
  crash(): void {
    this.away = true;
    this.#taken = [];
    const gone = new Failure('UNAVAILABLE', 'the store is away');
    for (const on of this.#commits) on.onDown(gone);
    for (const { on } of this.#changes) on.onDown?.(gone);
  }

  comeBack(): void {
    this.away = false;
    this.epoch = randomUUID();
    this.#batch = 0;
    this.#durable = 0;
    this.#tell();
    for (const { on } of this.#changes) on.onUp?.();
  }

  client(): StoreClient {
    const unused = () => Promise.reject(new Failure('INTERNAL', 'ingest does not ask this'));
    return {
      append: (batch) => this.#ask(() => this.#append(batch)),
      commits: (on) => {
        this.#commits.add(on);
        queueMicrotask(() => !this.away && on.onCommit({ epoch: this.epoch, durable: this.#durable }));
        return { stop: () => void this.#commits.delete(on) };
      },
      machines: () => this.#ask(() => [...this.machines.values()]),
      machine: (machine) => this.#ask(() => this.#machine(machine)),
      admit: (admission) => this.#write(() => this.#admit(admission)),
      revoked: () => this.#ask(() => [...this.revoked]),
      records: (namespace) =>
        this.#ask(() =>
          [...this.records]
            .filter(([key]) => key.startsWith(`${namespace} `))
            .map(([key, value]) => ({
              key: key.slice(namespace.length + 1),
              value,
              version: '0'.repeat(16),
            })),
        ),
      updateMachine: (machine, patch) => this.#write(() => this.#update(machine, patch)),
      removeMachine: (machine) => this.#write(() => this.#remove(machine)),
      series: (machine, series) => this.#write(() => this.#series(machine, series)),
      note: (note) => this.#write(() => this.#note(note)),
      record: (namespace, key) => this.#ask(() => this.records.get(`${namespace} ${key}`) ?? null),
      putRecord: (namespace, key, value) =>
        this.#write(() => void this.records.set(`${namespace} ${key}`, value)),
      deleteRecord: (namespace, key) => this.#write(() => void this.records.delete(`${namespace} ${key}`)),
      changes: ({ topics }, on) => {
        const watcher = { topics, on };
        this.#changes.add(watcher);
        queueMicrotask(() => !this.away && on.onUp?.());
        return { stop: () => void this.#changes.delete(watcher) };
      },
      close: () => undefined,
      latest: unused,
      latestOfAll: unused,
      summaries: unused,
      range: unused,
      exportPage: unused,
      journal: unused,
      journalPage: unused,
      verifyJournal: unused,
      cleanUpJournal: unused,
      versioned: unused,
      recordPage: unused,
      writeRecords: unused,
      setting: unused,
      putSetting: unused,
      health: unused,
      backup: () => {
        throw new Failure('INTERNAL', 'ingest does not ask this');
      },
      clock: unused,
      confirmClock: unused,
      voteClock: (votes) => this.#ask(() => void this.clockVotes.push(...votes)),
    };
  }

  async #ask<T>(answer: () => T): Promise<T> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.away) throw new Failure('UNAVAILABLE', 'the store is away');
    return answer();
  }

  #write<T>(answer: () => T): Promise<T> {
    return this.#ask(() => {
      this.writes += 1;
      return answer();
    });
  }

  #append(batch: AppendBatch): Appended {
    this.appends.push(batch);
    const refused: Appended['refused'] = [];
    const entries = batch.filter((entry) => {
      const code = this.machines.has(entry.machine) ? this.refuse.get(entry.machine) : 'NOT_FOUND';
      if (code !== undefined) refused.push({ machine: entry.machine, code });
      return code === undefined;
    });
    this.#batch += 1;
    this.#taken.push({ batch: this.#batch, entries: structuredClone(entries) });
    if (this.commitAtOnce) setImmediate(() => !this.away && this.commit());
    return { batch: this.#batch, refused };
  }

  #hold(entry: AppendEntry, tick: Tick): void {
    const { machine, run, wallAtZeroMs, trusted } = entry;
    const key = `${machine} ${run} ${tick.seq}`;
    if (this.#held.has(key)) this.duplicates += 1;
    else this.#held.set(key, { machine, run, tick, wallAtZeroMs, trusted });
  }

  #tell(): void {
    for (const on of this.#commits) on.onCommit({ epoch: this.epoch, durable: this.#durable });
  }

  #changed(change: Change): void {
    for (const { topics, on } of this.#changes) if (topics.includes(change.topic)) on.onChange(change);
  }

  #machine(machine: number): Machine {
    const found = this.machines.get(machine);
    if (found === undefined) throw new Failure('NOT_FOUND', `there is no machine ${machine}`);
    return found;
  }

  #keep(machine: Machine): Machine {
    this.machines.set(machine.machine, machine);
    this.#changed({ topic: 'machine', machine });
    return machine;
  }

  #admit({ key, name, by, local, same }: Admission): Machine {
    if (same !== undefined) {
      const before = this.#machine(same);
      this.revoked.push({ key: before.key, machine: same, name, removed: false });
      return this.#keep({ ...before, key, name, run: null });
    }
    const known = [...this.machines.values()].find((one) => one.key === key);
    if (known !== undefined) return this.#keep({ ...known, name, local });
    const nowMs = Date.now();
    const times = { stateSinceMs: nowMs, admittedMs: nowMs, lastSampleMs: null };
    const machine = this.#next++;
    return this.#keep({
      machine,
      key,
      name,
      local,
      admittedBy: by,
      state: 'off',
      facts: null,
      run: null,
      ...times,
    });
  }

  #update(machine: number, patch: MachinePatch): Machine {
    return this.#keep({ ...this.#machine(machine), ...patch });
  }

  #remove(machine: number): void {
    const found = this.#machine(machine);
    this.machines.delete(machine);
    this.revoked.push({ key: found.key, machine, name: found.name, removed: true });
    this.#changed({ topic: 'machine', machine: found, removed: true });
  }

  #series(machine: number, series: readonly Series[]): number[] {
    this.#machine(machine);
    const list = this.dictionaries.get(machine) ?? [];
    this.dictionaries.set(machine, list);
    return series.map((one) => {
      const at = list.findIndex((other) => other.name === one.name);
      return at >= 0 ? at : list.push(one) - 1;
    });
  }

  #note(note: Note): JournalEntry {
    const entry: JournalEntry = {
      ...note,
      id: this.journal.length + 1,
      atMs: Date.now(),
      trusted: true,
      machine: note.machine ?? null,
      details: note.details ?? {},
      before: '',
      hash: '',
    };
    this.journal.push(entry);
    return entry;
  }
}
