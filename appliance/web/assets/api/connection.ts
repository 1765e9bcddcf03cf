/** Joins REST and the live stream: fills the fleet, the waiting room and the panel, and knows what is stale. */
import { Fleet } from '../fleet/fleet.ts';
import { withIncident } from '../fleet/incidents.ts';
import { type Cell, createCell } from './cell.ts';
import { type Api, ApiError, readPanel } from './client.ts';
import type { BoxClock } from './clock.ts';
import { createLive } from './live.ts';
import type {
  FleetAnswer,
  Incident,
  IncidentChange,
  JournalEntry,
  LiveChange,
  MachineChange,
  PanelFrame,
  ProbeChange,
  Source,
  Waiting,
} from './types.ts';

/** Since when each source is gone, in box time; null while it is there. */
export type Freshness = Record<Source | 'link', number | null>;

export type Connection = {
  fleet: Fleet;
  waiting: Cell<readonly Waiting[]>;
  /** The open ones, newest first. */
  incidents: Cell<readonly Incident[]>;
  panel: Cell<PanelFrame | null>;
  freshness: Cell<Freshness>;
  clockTrusted: Cell<boolean>;
  /** Every live sample, with all values of the machine that is being watched. */
  onLive(listener: (change: LiveChange) => void): () => void;
  /** What becomes of incidents: also of those that are over. */
  onIncident(listener: (incident: Incident) => void): () => void;
  onProbe(listener: (change: ProbeChange) => void): () => void;
  onJournal(listener: (entry: JournalEntry) => void): () => void;
  /** The services of the machine that is being watched have changed. */
  onServices(listener: (machine: number) => void): () => void;
  /** After the link came back: what was missed must be fetched again. */
  onUp(listener: () => void): () => void;
  watchMachine(machine: number | null): void;
  stop(): void;
};

/** A restart of the box's web process is over within this time; nobody needs to hear of it. */
const quietMs = 2_000;
/** More than anybody reads on a first page; the list of incidents asks for the rest. */
const mostOpen = 200;

export function createConnection(api: Api, clock: BoxClock, onSignedOut: () => void): Connection {
  const fleet = new Fleet();
  const waiting = createCell<readonly Waiting[]>([]);
  const incidents = createCell<readonly Incident[]>([]);
  const panel = createCell<PanelFrame | null>(null);
  const freshness = createCell<Freshness>({
    link: null,
    store: null,
    ingest: null,
    watch: null,
    display: null,
  });
  const clockTrusted = createCell(true);
  const liveListeners = new Set<(change: LiveChange) => void>();
  const journalListeners = new Set<(entry: JournalEntry) => void>();
  const servicesListeners = new Set<(machine: number) => void>();
  const incidentListeners = new Set<(incident: Incident) => void>();
  const probeListeners = new Set<(change: ProbeChange) => void>();
  const upListeners = new Set<() => void>();
  let lost: ReturnType<typeof setTimeout> | null = null;
  let lostMs = 0;

  const mark = (part: Partial<Freshness>): void => freshness.set({ ...freshness.get(), ...part });

  const learn = (answer: FleetAnswer): void => {
    clock.learn(answer.nowMs);
    fleet.replace(answer.machines);
    clockTrusted.set(answer.clockTrusted);
    mark({ store: answer.staleSinceMs, ingest: answer.ingestStaleSinceMs });
  };
  /** What was told while the list was on its way is newer than the list. */
  let told: Incident[] = [];
  const learnIncident = (incident: Incident): void => {
    told.push(incident);
    incidents.set(withIncident(incidents.get(), incident));
  };
  /** The box may be half there: what does not answer is told by `stale` events and its own refusals. */
  const refetch = async (): Promise<void> => {
    told = [];
    const [machines, waits, open] = await Promise.allSettled([
      api.machines(),
      api.waiting(),
      api.incidents({ limit: mostOpen }),
    ]);
    if (machines.status === 'fulfilled') learn(machines.value);
    else if (machines.reason instanceof ApiError && machines.reason.status === 401) onSignedOut();
    else if (machines.reason instanceof ApiError && machines.reason.code === 'UNAVAILABLE')
      mark({ store: clock.now() });
    if (waits.status === 'fulfilled') waiting.set(waits.value);
    if (open.status === 'fulfilled') incidents.set(told.reduce(withIncident, open.value.incidents));
  };

  const live = createLive({
    onEvent(event, value) {
      if (event === 'live') {
        const change = value as LiveChange;
        fleet.applyLive(change);
        for (const listener of liveListeners) listener(change);
      } else if (event === 'machine') fleet.applyMachine(value as MachineChange);
      else if (event === 'waiting') waiting.set((value as { waiting: Waiting[] }).waiting);
      else if (event === 'panel') panel.set(readPanel(value) ?? panel.get());
      else if (event === 'stale') {
        const { source, sinceMs } = value as { source: Source; sinceMs: number };
        mark({ [source]: sinceMs });
      } else if (event === 'fresh') {
        const { source } = value as { source: Source };
        // Each stream begins with the state of its sources; only a return is news.
        const back = freshness.get()[source] !== null;
        mark({ [source]: null });
        if (back && source !== 'display') {
          void refetch();
          for (const listener of upListeners) listener();
        }
      } else if (event === 'journal') {
        for (const listener of journalListeners) listener(value as JournalEntry);
      } else if (event === 'incident') {
        const { incident } = value as IncidentChange;
        learnIncident(incident);
        for (const listener of incidentListeners) listener(incident);
      } else if (event === 'probe') {
        for (const listener of probeListeners) listener(value as ProbeChange);
      } else if (event === 'services') {
        for (const listener of servicesListeners) listener((value as { machine: number }).machine);
      } else if (event === 'signed-out') onSignedOut();
    },
    onUp() {
      if (lost !== null) clearTimeout(lost);
      lost = null;
      lostMs = 0;
      mark({ link: null });
      void refetch();
      for (const listener of upListeners) listener();
    },
    onDown() {
      if (lostMs === 0) lostMs = clock.now();
      lost ??= setTimeout(() => mark({ link: lostMs }), quietMs);
    },
    onSignedOut,
  });
  live.follow('');

  const add = <T>(set: Set<T>, listener: T): (() => void) => {
    set.add(listener);
    return () => set.delete(listener);
  };
  return {
    fleet,
    waiting,
    incidents,
    panel,
    freshness,
    clockTrusted,
    onLive: (listener) => add(liveListeners, listener),
    onIncident: (listener) => add(incidentListeners, listener),
    onProbe: (listener) => add(probeListeners, listener),
    onJournal: (listener) => add(journalListeners, listener),
    onServices: (listener) => add(servicesListeners, listener),
    onUp: (listener) => add(upListeners, listener),
    watchMachine: (machine) => live.follow(machine === null ? '' : `?machine=${machine}`),
    stop() {
      live.stop();
      if (lost !== null) clearTimeout(lost);
    },
  };
}
