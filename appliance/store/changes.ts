/** Who watches what: changes go out in the turn of the loop in which they happen, values are made only for those who ask. */
import { Failure } from '../runtime/errors.ts';
import type {
  Change,
  ClockState,
  DatedSummary,
  JournalEntry,
  Latest,
  Machine,
  Topic,
} from './client/types.ts';
import type { SeriesFilter } from './series-filter.ts';

export type Interest = {
  topics: readonly Topic[];
  machine?: number | undefined;
  /** Live changes of every machine carry what is new of these series, the first one of a machine all that is known of them. */
  series?: SeriesFilter | undefined;
};

export interface ChangeHub {
  /** Throws TOO_MANY when nobody more can watch. */
  assertRoom(): void;
  /** Returns the end of the subscription. */
  watch(interest: Interest, listener: (change: Change) => void): () => void;
  live(machine: number, summary: () => DatedSummary, values: (wanted?: SeriesFilter) => Latest[]): void;
  machine(machine: Machine, removed?: boolean): void;
  journal(entry: JournalEntry): void;
  setting(section: string): void;
  clock(clock: ClockState): void;
  /** A record was written, or deleted (null). */
  record(namespace: string, key: string, version: string | null): void;
}

const mostWatchers = 128;

export function createChangeHub(): ChangeHub {
  const watchers = new Set<Interest & { listener: (change: Change) => void }>();
  const tell = (change: Change) => {
    for (const { topics, listener } of watchers) if (topics.includes(change.topic)) listener(change);
  };
  return {
    assertRoom() {
      if (watchers.size >= mostWatchers) {
        throw new Failure('TOO_MANY', `${mostWatchers} callers watch the store already`);
      }
    },
    watch(interest, listener) {
      const watcher = { ...interest, listener };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    live(machine, summary, values) {
      let plain: Change | undefined;
      let full: Change | undefined;
      for (const watcher of watchers) {
        if (!watcher.topics.includes('live')) continue;
        if (watcher.series !== undefined) {
          if (watcher.machine !== undefined && watcher.machine !== machine) continue;
          watcher.listener({ topic: 'live', machine, ...summary(), values: values(watcher.series) });
        } else if (watcher.machine === undefined) {
          plain ??= { topic: 'live', machine, ...summary() };
          watcher.listener(plain);
        } else if (watcher.machine === machine) {
          full ??= { topic: 'live', machine, ...summary(), values: values() };
          watcher.listener(full);
        }
      }
    },
    machine: (machine, removed) =>
      tell(removed ? { topic: 'machine', machine, removed } : { topic: 'machine', machine }),
    journal: (entry) => tell({ topic: 'journal', entry }),
    setting: (section) => tell({ topic: 'setting', section }),
    clock: (clock) => tell({ topic: 'clock', clock }),
    record: (namespace, key, version) => tell({ topic: `record:${namespace}`, key, version }),
  };
}
