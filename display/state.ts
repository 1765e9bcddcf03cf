/** What the panel knows of the box, changed only by what its sources say. Nothing here draws or waits. */
import type { Door, Waiting } from '../appliance/ingest/client/types.ts';
import type { Change, Machine, Summary } from '../appliance/store/client/types.ts';
import type { Incident } from '../appliance/watch/client/types.ts';
import type { WebAddress } from '../appliance/web/client/types.ts';
import { heard } from './problems.ts';

/** Of a machine what a panel shows: of a thousand machines the rest would be megabytes. */
export type Seen = Pick<Machine, 'machine' | 'name' | 'state' | 'stateSinceMs' | 'local'>;
export type Row = { machine: Seen; tMs: number | null; summary: Summary };
/** `never`: has not answered since we started; `away`: its last word is shown, and since when it is old. */
export type Source = { is: 'never' } | { is: 'here' } | { is: 'away'; sinceMs: number };

export type State = {
  rows: Map<number, Row>;
  waiting: readonly Waiting[];
  /** While the box admits all: until when, by our clock. */
  openHouse: { endsMs: number; admitted: number; most: number } | null;
  door: Door | null;
  address: WebAddress | null;
  /** What is wrong, and not over, by number. */
  incidents: ReadonlyMap<number, Incident>;
  store: Source;
  ingest: Source;
  watch: Source;
  web: Source;
};

export type SourceName = 'store' | 'ingest' | 'watch' | 'web';

export type Event =
  | {
      kind: 'machines';
      machines: readonly Machine[];
      summaries: Record<number, { tMs: number; summary: Summary }>;
    }
  | { kind: 'change'; change: Change }
  | { kind: 'waiting'; waiting: readonly Waiting[] }
  | { kind: 'open-house'; openHouse: State['openHouse'] }
  | { kind: 'door'; door: Door }
  | { kind: 'address'; address: WebAddress }
  | { kind: 'incidents'; change: { open: readonly Incident[] } | { incident: Incident } }
  | { kind: 'up'; source: SourceName }
  | { kind: 'down'; source: SourceName; nowMs: number };

export const emptyState: State = {
  rows: new Map(),
  waiting: [],
  openHouse: null,
  door: null,
  address: null,
  incidents: new Map(),
  store: { is: 'never' },
  ingest: { is: 'never' },
  watch: { is: 'never' },
  web: { is: 'never' },
};

export function apply(state: State, event: Event): State {
  switch (event.kind) {
    case 'machines': {
      const rows = event.machines.map((machine): [number, Row] => {
        const heard = event.summaries[machine.machine];
        return [
          machine.machine,
          { machine: seenOf(machine), tMs: heard?.tMs ?? null, summary: heard?.summary ?? {} },
        ];
      });
      return { ...state, rows: new Map(rows) };
    }
    case 'change':
      return { ...state, rows: changeRows(state.rows, event.change) };
    case 'waiting':
      return { ...state, waiting: event.waiting };
    case 'open-house':
      return { ...state, openHouse: event.openHouse };
    case 'door':
      return { ...state, door: event.door };
    case 'address':
      return { ...state, address: event.address };
    case 'incidents':
      return { ...state, incidents: heard(state.incidents, event.change) };
    case 'up':
      return { ...state, [event.source]: { is: 'here' } };
    case 'down':
      // Only the first silence counts: later failed attempts do not make the picture younger.
      return state[event.source].is === 'here'
        ? { ...state, [event.source]: { is: 'away', sinceMs: event.nowMs } }
        : state;
  }
}

function changeRows(rows: State['rows'], change: Change): State['rows'] {
  if (change.topic === 'machine') {
    const next = new Map(rows);
    const { machine } = change;
    const known = rows.get(machine.machine);
    if (change.removed) next.delete(machine.machine);
    else
      next.set(machine.machine, {
        machine: seenOf(machine),
        tMs: known?.tMs ?? null,
        summary: known?.summary ?? {},
      });
    return next;
  }
  if (change.topic === 'live') {
    const known = rows.get(change.machine);
    // The one thing that changes in place: of a thousand machines two hundred a second say something.
    if (known) rows.set(change.machine, { ...known, tMs: change.tMs, summary: change.summary });
    return rows;
  }
  return rows;
}

function seenOf({ machine, name, state, stateSinceMs, local }: Seen): Seen {
  return { machine, name, state, stateSinceMs, local };
}

const urgency = { vanished: 0, silent: 1, up: 2, asleep: 3, off: 4 } as const;

/** Worst first, then by number: the order in which a person wants to see them. */
export function sortedRows(state: State): Row[] {
  return [...state.rows.values()].sort(
    (a, b) => urgency[a.machine.state] - urgency[b.machine.state] || a.machine.machine - b.machine.machine,
  );
}

/** The box's own agent: what the foot of the overview measures. */
export function boxRow(state: State): Row | undefined {
  return [...state.rows.values()].find((row) => row.machine.local);
}

/**
 * Since when the picture is old: values come from the store, states are decided by ingest, what is wrong by the watch, and
 * without any of them nothing may be called well.
 */
export function staleSinceMs(state: State): number | null {
  const times = [state.store, state.ingest, state.watch].flatMap((source) =>
    source.is === 'away' ? [source.sinceMs] : [],
  );
  return times.length > 0 ? Math.min(...times) : null;
}

export function isFresh(state: State): boolean {
  return state.store.is === 'here' && state.ingest.is === 'here' && state.watch.is === 'here';
}
