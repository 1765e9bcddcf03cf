/** What web reads from, in RAM: a store, a door and a panel that a test can fill, change and take away. */
import { systemClock } from '../../appliance/runtime/clock.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import type {
  Change,
  ChangeHandlers,
  CleanupQuery,
  ClockState,
  JournalEntry,
  Machine,
  Note,
  StoreClient,
  Summary,
  Topic,
} from '../../appliance/store/client/client.ts';
import type { DisplayClient } from '../../display/client/client.ts';
import type { FrameMessage } from '../../display/client/types.ts';

/** Followers of one source, and whether it is there. */
export class Line<T> {
  readonly followers = new Set<{ onChange(value: T): void; onUp?(): void; onDown?(error: Failure): void }>();
  up = true;

  follow(follower: { onChange(value: T): void; onUp?(): void; onDown?(error: Failure): void }) {
    this.followers.add(follower);
    if (this.up) follower.onUp?.();
    else follower.onDown?.(gone());
    return { stop: () => void this.followers.delete(follower) };
  }

  tell(value: T): void {
    if (this.up) for (const follower of this.followers) follower.onChange(value);
  }

  leave(): void {
    this.up = false;
    for (const follower of this.followers) follower.onDown?.(gone());
  }

  comeBack(): void {
    this.up = true;
    for (const follower of this.followers) follower.onUp?.();
  }

  here(): void {
    if (!this.up) throw gone();
  }
}

const gone = () => new Failure('UNAVAILABLE', '/run/secret/place.sock does not answer');

export function machineOf(machine: number, more: Partial<Machine> = {}): Machine {
  return {
    machine,
    key: machine.toString(16).padStart(64, '0'),
    name: `pc-${machine}`,
    state: 'up',
    stateSinceMs: 1,
    admittedMs: 1,
    admittedBy: 'marie',
    local: false,
    facts: { os: 'Debian 12', cores: 4 },
    lastSampleMs: null,
    run: null,
    ...more,
  };
}

function trustedClock(): ClockState {
  const anchorMs = systemClock.wallMs() - systemClock.monotonicMs();
  const state = { trusted: true, source: 'ntp', sinceMs: 0, anchorMs, provisionalMs: anchorMs } as const;
  return { ...state, correctionMs: 0, retention: true, floorMs: null, disputed: null };
}

export class StoreInRam {
  readonly line = new Line<Change>();
  readonly records = new Map<string, unknown>();
  readonly machines = new Map<number, Machine>();
  readonly notes: JournalEntry[] = [];
  readonly cleanups: CleanupQuery[] = [];
  /** The queries of all who follow its changes now. */
  readonly followed: { topics: readonly Topic[]; machine?: number }[] = [];
  asked = 0;

  tellLive(machine: number, summary: Summary, values?: { name: string; value: number }[]): void {
    const tMs = 1_000;
    this.line.tell({
      topic: 'live',
      machine,
      tMs,
      summary,
      ...(values
        ? { values: values.map((one) => ({ ...one, unit: '1', kind: 'gauge' as const, tMs })) }
        : {}),
    });
  }

  /** One per web process; what is in the store stays. */
  client(): StoreClient {
    const here = <T>(work: () => T): Promise<T> => {
      this.asked++;
      return new Promise((resolve) => {
        this.line.here();
        resolve(work());
      });
    };
    const unused = () => Promise.reject(new Error('web has no business with this'));
    return {
      append: unused,
      commits: () => ({ stop: () => undefined }),
      admit: unused,
      revoked: unused,
      updateMachine: unused,
      removeMachine: unused,
      series: unused,
      latestOfAll: unused,
      exportPage: unused,
      setting: unused,
      putSetting: unused,
      health: unused,
      clock: unused,
      voteClock: unused,
      confirmClock: unused,
      backup: () => {
        throw gone();
      },
      machines: () => here(() => [...this.machines.values()]),
      machine: (number) => here(() => this.machines.get(number)!),
      summaries: () => here(() => ({})),
      latest: () =>
        here(() => [{ name: 'system.uptime', unit: 's', kind: 'gauge' as const, value: 7, tMs: 1 }]),
      range: ({ machine, names, fromMs, toMs, points }) =>
        here(() => ({
          machine,
          startMs: fromMs,
          stepMs: (toMs - fromMs) / points,
          count: points,
          columns: names.map((name) => {
            const cells = new Array<number | null>(points).fill(null);
            return { name, unit: '1', kind: 'gauge' as const, mean: cells, min: cells, max: cells };
          }),
        })),
      journal: ({ limit = 100 }) => here(() => this.notes.toReversed().slice(0, limit)),
      journalPage: ({ limit = 100 }) =>
        here(() => ({ entries: this.notes.toReversed().slice(0, limit), more: null })),
      verifyJournal: unused,
      cleanUpJournal: (query) =>
        here(() => {
          this.cleanups.push(query);
          const nothing = { entries: 0, firstId: null, lastId: null, fromMs: null, toMs: null };
          return { ...nothing, kinds: {}, anchor: null };
        }),
      versioned: unused,
      recordPage: unused,
      writeRecords: unused,
      note: (note) => here(() => this.#note(note)),
      record: (namespace, key) => here(() => this.records.get(`${namespace}/${key}`) ?? null),
      records: (namespace) =>
        here(() =>
          [...this.records]
            .filter(([path]) => path.startsWith(`${namespace}/`))
            .map(([path, value]) => ({
              key: path.slice(namespace.length + 1),
              value: structuredClone(value),
              version: '0'.repeat(16),
            })),
        ),
      putRecord: (namespace, key, value) =>
        here(() => void this.records.set(`${namespace}/${key}`, structuredClone(value))),
      deleteRecord: (namespace, key) => here(() => void this.records.delete(`${namespace}/${key}`)),
      changes: (query, on) => this.#follow(query, on),
      close: () => undefined,
    };
  }

  #follow(query: { topics: readonly Topic[]; machine?: number }, on: ChangeHandlers) {
    this.followed.push(query);
    const following = this.line.follow({
      ...on,
      onChange: (change) => {
        if (!query.topics.includes(change.topic)) return;
        const watched = change.topic === 'live' && change.values !== undefined;
        if (watched === (query.machine !== undefined)) on.onChange(change);
      },
    });
    if (query.topics.includes('clock')) on.onChange({ topic: 'clock', clock: trustedClock() });
    return {
      stop: () => {
        following.stop();
        this.followed.splice(this.followed.indexOf(query), 1);
      },
    };
  }

  #note(note: Note): JournalEntry {
    const entry: JournalEntry = {
      ...note,
      id: this.notes.length + 1,
      atMs: 1,
      trusted: true,
      machine: note.machine ?? null,
      details: note.details ?? {},
      before: '0'.repeat(64),
      hash: '1'.repeat(64),
    };
    this.notes.push(entry);
    return entry;
  }
}

const darkGlass = Buffer.alloc(1024).toString('base64');

export class PanelInRam {
  readonly line = new Line<FrameMessage>();
  readonly presses: string[] = [];
  readonly pressers: (string | undefined)[] = [];
  readonly frame: FrameMessage = { bits: darkGlass, screen: 'overview', text: ['hello'] };

  client(): DisplayClient {
    return {
      png: async (scale = 1) => Buffer.from(`\x89PNG ${scale}`, 'latin1'),
      frame: async () => this.frame,
      press: async (kind, by) => {
        this.presses.push(kind);
        this.pressers.push(by?.who);
      },
      setSignal: () => Promise.reject(new Failure('FORBIDDEN', 'the page sets no light')),
      trySignal: () => Promise.reject(new Failure('FORBIDDEN', 'the page sets no light')),
      changes: (on) => this.line.follow(on),
      close: () => undefined,
    };
  }
}
