/**
 * The store as the watch asks it, in RAM: versions, atomic writes with notes, changes with chosen series. It can be away,
 * and lose an answer after it has written.
 */
import { createHash } from 'node:crypto';
import { Failure } from '../../appliance/runtime/errors.ts';
import type {
  Change,
  ChangeHandlers,
  ChangesQuery,
  ClockState,
  JournalEntry,
  Latest,
  Machine,
  Note,
  RecordWrite,
} from '../../appliance/store/client/client.ts';
import type { WatchStore } from '../../appliance/watch/watch-store.ts';

const gone = () => new Failure('UNAVAILABLE', 'the store does not answer');
const versionOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

export type Told = { name: string; value: number; rate?: number; tMs?: number };

export class WatchStoreInRam {
  readonly records = new Map<string, string>();
  readonly notes: (Note & { atMs: number })[] = [];
  readonly machines = new Map<number, Machine>();
  /** Of each machine, what was measured: for questions about the past. */
  readonly past = new Map<number, { name: string; tMs: number; value: number }[]>();
  away = false;
  /** So many writes are done whose answers are lost. */
  loseAnswers = 0;
  /** Called before each write is done. */
  onWrite: (() => void) | null = null;
  /** Called when a page of the past is put together and not yet answered. */
  onPage: (() => void) | null = null;
  /** Told how many records are written at once. */
  writes: (count: number) => void = () => undefined;
  isFull = false;
  readonly followed: { query: ChangesQuery; on: ChangeHandlers }[] = [];
  #clock: ClockState;
  readonly #wallMs: () => number;

  /** `anchorMs`: the box's date at monotonic 0. */
  constructor(o: { anchorMs: number; wallMs(): number }) {
    this.#wallMs = o.wallMs;
    this.#clock = clockOf(o.anchorMs, true);
  }

  setClock(anchorMs: number, trusted: boolean): void {
    this.#clock = clockOf(anchorMs, trusted);
    this.tell({ topic: 'clock', clock: this.#clock });
  }

  tell(change: Change): void {
    for (const { query, on } of [...this.followed])
      if (query.topics.includes(change.topic)) on.onChange(change);
  }

  live(machine: number, tMs: number, values: readonly Told[], isKept = true): void {
    const known = this.past.get(machine) ?? [];
    this.past.set(machine, known);
    if (isKept) for (const { name, value } of values) known.push({ name, tMs, value });
    const latest = values.map((one): Latest => ({ unit: '1', kind: 'gauge', tMs, ...one }));
    this.tell({ topic: 'live', machine, tMs, summary: {}, values: latest });
  }

  put(machine: Machine): void {
    this.machines.set(machine.machine, machine);
    this.tell({ topic: 'machine', machine });
  }

  /** As the door has the journal tell it. */
  noteState({ machine, state }: Machine): void {
    if (state === 'silent') return;
    const what = { up: 'back', vanished: 'vanished', off: 'off', asleep: 'asleep' }[state];
    const by = { who: 'netmonitor', role: 'box', from: 'ingest', text: { en: '', fr: '' } };
    const note = { ...by, kind: `machine.${what}`, machine };
    this.notes.push({ ...note, atMs: this.#wallMs() });
  }

  remove(machine: number): void {
    const found = this.machines.get(machine)!;
    this.machines.delete(machine);
    this.tell({ topic: 'machine', machine: found, removed: true });
  }

  /** The process of the store ends, and is there again. */
  leave(): void {
    this.away = true;
    for (const { on } of this.followed) on.onDown?.(gone());
  }

  comeBack(): void {
    this.away = false;
    for (const { on } of this.followed) this.#begin(on);
  }

  namespace<T>(name: string): T[] {
    return this.#keys(name).map((key) => JSON.parse(this.records.get(`${name} ${key}`)!) as T);
  }

  client(): WatchStore {
    return {
      changes: (query, on) => {
        const one = { query, on };
        this.followed.push(one);
        if (!this.away) this.#begin(on);
        return { stop: () => void this.followed.splice(this.followed.indexOf(one), 1) };
      },
      machines: () => this.#ask(() => [...this.machines.values()]),
      health: () =>
        this.#ask(() => ({ care: { room: { isFull: this.isFull }, lost: [], scrub: null } }) as never),
      latest: (machine) =>
        this.#ask(() => {
          const newest = new Map((this.past.get(machine) ?? []).map((one) => [one.name, one]));
          return [...newest.values()].map((one): Latest => ({ ...one, unit: '1', kind: 'gauge' }));
        }),
      exportPage: ({ machine, names, fromMs, toMs, tier }) =>
        this.#ask(() => {
          if (!this.machines.has(machine)) throw new Failure('NOT_FOUND', `there is no machine ${machine}`);
          const all = (this.past.get(machine) ?? []).filter(({ tMs }) => tMs >= fromMs && tMs < toMs);
          const times = [...new Set(all.map(({ tMs }) => tMs))].sort((a, b) => a - b);
          const columns = names.map((name) => {
            const at = new Map(all.filter((one) => one.name === name).map(({ tMs, value }) => [tMs, value]));
            const values = times.map((tMs) => (at.has(tMs) ? Math.round(at.get(tMs)! * 1000) : null));
            const cells = { sum: values, count: values.map((value) => (value === null ? 0 : 1)) };
            const head = { name, unit: '1', scale: 3, kind: 'gauge' as const };
            return tier === 'raw' ? { ...head, values } : { ...head, ...cells };
          });
          this.onPage?.();
          return { machine, tier, times, columns, next: null };
        }),
      range: ({ machine, names, fromMs, toMs, points }) =>
        this.#ask(() => {
          const stepMs = (toMs - fromMs) / points;
          const columns = names.map((name) => {
            const mean = Array.from({ length: points }, (_, at): number | null => {
              const [begin, end] = [fromMs + at * stepMs, fromMs + (at + 1) * stepMs];
              const some = (this.past.get(machine) ?? []).filter(
                (one) => one.name === name && one.tMs >= begin && one.tMs < end,
              );
              return some.length === 0 ? null : some.reduce((sum, { value }) => sum + value, 0) / some.length;
            });
            return { name, unit: '1', kind: 'gauge' as const, mean, min: mean, max: mean };
          });
          return { machine, startMs: fromMs, stepMs, count: points, columns };
        }),
      journalPage: ({ machine, kind = '', fromMs = 0, toMs = Number.POSITIVE_INFINITY }) =>
        this.#ask(() => {
          const fits = this.notes.filter(
            (note) =>
              (machine === undefined || note.machine === machine) &&
              note.kind.startsWith(kind) &&
              note.atMs >= fromMs &&
              note.atMs < toMs,
          );
          return { entries: fits.reverse() as unknown as JournalEntry[], more: null };
        }),
      records: (namespace, { prefix = '' } = {}) =>
        this.#ask(() =>
          this.#keys(namespace)
            .filter((key) => key.startsWith(prefix))
            .map((key) => this.#record(namespace, key)!),
        ),
      recordPage: (namespace, { prefix = '', after = '', limit = 1000 }) =>
        this.#ask(() => {
          if (limit < 1 || limit > 1000)
            throw new Failure('BAD_REQUEST', `limit: ${limit} is not between 1 and 1000`);
          const keys = this.#keys(namespace).filter((key) => key.startsWith(prefix) && key > after);
          const records = keys.slice(0, limit).map((key) => this.#record(namespace, key)!);
          return { records, more: keys.length > limit ? (records.at(-1)?.key ?? null) : null };
        }),
      versioned: (namespace, key) => this.#ask(() => this.#record(namespace, key)),
      note: (note) =>
        this.#ask(() => {
          const entry = { ...note, atMs: this.#wallMs() };
          this.notes.push(entry);
          return entry as never;
        }),
      writeRecords: (writes, notes) =>
        this.#ask(() => {
          this.onWrite?.();
          this.writes(writes.length);
          if (this.away) throw gone();
          if (writes.length < 1 || writes.length > 64)
            throw new Failure('BAD_REQUEST', `writes: ${writes.length} entries are not between 1 and 64`);
          const versions = this.#write(writes, notes ?? []);
          if (this.loseAnswers > 0) {
            this.loseAnswers--;
            throw new Failure('TIMEOUT', 'no answer came');
          }
          return versions;
        }),
    };
  }

  #write(writes: readonly RecordWrite[], notes: readonly Note[]): (string | null)[] {
    for (const [at, { namespace, key, ifVersion }] of writes.entries()) {
      const found = this.#record(namespace, key)?.version ?? null;
      if (ifVersion !== undefined && ifVersion !== found)
        throw new Failure('CONFLICT', `the record ${key} is another`, { path: `writes[${at}].ifVersion` });
    }
    this.notes.push(...notes.map((note) => ({ ...note, atMs: this.#wallMs() })));
    return writes.map((write) => {
      const path = `${write.namespace} ${write.key}`;
      if ('delete' in write) {
        this.records.delete(path);
        return null;
      }
      const text = JSON.stringify(write.value);
      this.records.set(path, text);
      return versionOf(text);
    });
  }

  #record(namespace: string, key: string) {
    const text = this.records.get(`${namespace} ${key}`);
    return text === undefined ? null : { key, value: JSON.parse(text) as unknown, version: versionOf(text) };
  }

  #keys(namespace: string): string[] {
    return [...this.records.keys()]
      .filter((path) => path.startsWith(`${namespace} `))
      .map((path) => path.slice(namespace.length + 1))
      .sort();
  }

  #begin(on: ChangeHandlers): void {
    on.onUp?.();
    on.onChange({ topic: 'clock', clock: this.#clock });
  }

  async #ask<T>(answer: () => T): Promise<T> {
    if (this.away) throw gone();
    return answer();
  }
}

function clockOf(anchorMs: number, trusted: boolean): ClockState {
  return {
    ...{
      trusted,
      source: trusted ? 'ntp' : null,
      sinceMs: trusted ? 0 : null,
      anchorMs,
      provisionalMs: anchorMs,
    },
    ...{ correctionMs: 0, retention: trusted, floorMs: null, disputed: null },
  };
}

export function watchedMachine(machine: number, more: Partial<Machine> = {}): Machine {
  return {
    ...{ machine, key: machine.toString(16).padStart(64, '0'), name: `pc-${machine}`, state: 'up' },
    ...{ stateSinceMs: 1, admittedMs: 1, admittedBy: 'marie', local: false },
    ...{ facts: null, lastSampleMs: null, run: null },
    ...more,
  };
}
