/** Fans the changes of store, ingest, watch and display out to every browser that listens; each is subscribed to once. */
import type { DisplayClient } from '../../display/client/client.ts';
import type { FrameMessage } from '../../display/client/types.ts';
import type { IngestClient } from '../ingest/client/client.ts';
import { serviceRecords } from '../ingest/client/service-record.ts';
import type { Waiting } from '../ingest/client/types.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Part } from '../runtime/parts.ts';
import type { Change, StoreClient } from '../store/client/client.ts';
import type { WatchChange, WatchClient } from '../watch/client/client.ts';
import type { ApiTokens } from './api-tokens.ts';
import { createCoalescer } from './coalesce.ts';
import type { Fleet } from './fleet.ts';
import type { WebLimits } from './limits.ts';
import { withoutSecrets } from './probe-secrets.ts';
import { Refusal } from './refusal.ts';
import type { Sessions } from './sessions.ts';
import { createSources, type SourceName, sourceNames } from './sources.ts';
import { eventText, type Stream } from './stream.ts';
import { createWatches } from './watches.ts';

const pingMs = 15_000;
const retryMs = 1_000;

export type Live = Part & {
  /** Throws TOO_MANY before anything was sent. */
  room(sessionId: string): void;
  join(stream: Stream): void;
  staleSinceMs(source: SourceName): number | null;
  streams(): number;
};

export type LiveParts = {
  store: StoreClient;
  ingest: IngestClient;
  watch: Pick<WatchClient, 'changes'>;
  display: DisplayClient;
  fleet: Fleet;
  sessions: Pick<Sessions, 'onEnd'>;
  apiTokens: Pick<ApiTokens, 'onEnd'>;
  clock: Clock;
  limits: Pick<WebLimits, 'streamsPerSession'>;
  /** What else is to be read when a source has come (back); repeated until it succeeds, only then it is fresh. */
  onUp(source: SourceName): Promise<void>;
  onError(error: unknown): void;
};

/** Who hears it: everybody, those who look at the fleet, or those who look at one machine. */
type Audience = 'all' | 'fleet' | number;
type Event = { name: string; data: unknown; audience: Audience };

export function createLive(parts: LiveParts): Live {
  const { store, ingest, watch, display, fleet, sessions, apiTokens, clock, limits } = parts;
  const streams = new Set<Stream>();
  const running: Timer[] = [];
  let waiting: Waiting[] | null = null;
  let panel: FrameMessage | null = null;

  const events = createCoalescer<Event>(clock, (batch) => {
    for (const { name, data, audience } of batch) {
      const text = eventText(name, data);
      for (const stream of streams) if (hears(stream, audience)) stream.send(text);
    }
  });
  const sources = createSources(
    () => clock.wallMs(),
    (source, sinceMs) => events.put(`source ${source}`, { ...sourceEvent(source, sinceMs), audience: 'all' }),
  );
  const watches = createWatches(store, ({ topic: _topic, ...data }) =>
    events.put(`values ${data.machine}`, { name: 'live', data, audience: data.machine }),
  );

  function onStoreChange(change: Change): void {
    fleet.apply(change);
    if (change.topic === 'live') {
      const { machine, tMs, summary } = change;
      events.put(`live ${machine}`, { name: 'live', data: { machine, tMs, summary }, audience: 'fleet' });
    } else if (change.topic === 'machine') {
      const data = change.removed ? { ...change.machine, removed: true } : change.machine;
      events.put(`machine ${change.machine.machine}`, { name: 'machine', data, audience: 'all' });
    } else if (change.topic === 'journal') {
      events.put(`journal ${change.entry.id}`, { name: 'journal', data: change.entry, audience: 'all' });
    } else if (change.topic === `record:${serviceRecords}`) {
      const machine = Number(change.key);
      events.put(`services ${machine}`, { name: 'services', data: { machine }, audience: machine });
    }
  }

  /** What is open at the beginning is no event: `fresh` makes every page ask for it. */
  function onWatchChange(change: WatchChange): void {
    if ('incident' in change) {
      const { id } = change.incident;
      events.put(`incident ${id}`, { name: 'incident', data: change, audience: 'all' });
    } else if ('probe' in change) {
      // Everybody hears it, also those who may not see its secrets.
      const probe = withoutSecrets(change.probe);
      events.put(`probe ${probe.probe.id}`, { name: 'probe', data: { probe }, audience: 'all' });
    } else if ('probeRemoved' in change)
      events.put(`probe ${change.probeRemoved}`, { name: 'probe', data: change, audience: 'all' });
  }

  /** A source counts as fresh only when what web keeps of it has been read anew. */
  function follow(source: SourceName, subscribe: (up: () => void, down: () => void) => Timer): void {
    let epoch = 0;
    let retry: Timer | null = null;
    const read = (mine: number) => {
      const current = () => mine === epoch;
      parts.onUp(source).then(
        () => {
          if (current()) sources.up(source);
        },
        (error: unknown) => {
          parts.onError(error);
          if (current()) retry = clock.after(retryMs, () => read(mine));
        },
      );
    };
    const end = () => {
      epoch++;
      retry?.stop();
    };
    const subscription = subscribe(
      () => {
        end();
        read(epoch);
      },
      () => {
        end();
        sources.down(source);
      },
    );
    running.push(subscription, { stop: end });
  }

  function ping(): void {
    for (const stream of streams) stream.send(': ping\n\n');
  }

  function dismiss(stream: Stream): void {
    stream.send(eventText('signed-out', {}));
    stream.end();
  }

  for (const ways of [sessions, apiTokens])
    ways.onEnd((id) => {
      for (const stream of streams) if (stream.sessionId === id) dismiss(stream);
    });

  return {
    name: 'live events',
    async start() {
      follow('store', (onUp, onDown) =>
        store.changes(
          { topics: ['live', 'machine', 'journal', `record:${serviceRecords}`] },
          { onChange: onStoreChange, onUp, onDown },
        ),
      );
      follow('ingest', (onUp, onDown) =>
        ingest.changes({
          onUp,
          onDown,
          onChange: (change) => {
            waiting = change.waiting;
            events.put('waiting', { name: 'waiting', data: { waiting }, audience: 'all' });
          },
        }),
      );
      follow('watch', (onUp, onDown) => watch.changes({ onUp, onDown, onChange: onWatchChange }));
      follow('display', (onUp, onDown) =>
        display.changes({
          onUp,
          onDown,
          onChange: (frame) => {
            panel = frame;
            events.put('panel', { name: 'panel', data: frame, audience: 'all' });
          },
        }),
      );
      running.push(clock.every(pingMs, ping));
    },
    async stop() {
      for (const timer of running.splice(0)) timer.stop();
      events.stop();
      watches.stop();
      for (const stream of streams) stream.end();
    },
    room(sessionId) {
      const count = [...streams].filter((stream) => stream.sessionId === sessionId).length;
      if (count >= limits.streamsPerSession)
        throw new Refusal('TOO_MANY', 'tooManyStreams', { values: { count }, retryAfterS: 15 });
    },
    join(stream) {
      const watch = stream.machine === null ? null : watches.join(stream.machine);
      streams.add(stream);
      stream.onClose(() => {
        streams.delete(stream);
        watch?.stop();
      });
      for (const source of sourceNames) {
        const { name, data } = sourceEvent(source, sources.staleSinceMs(source));
        stream.send(eventText(name, data));
      }
      if (waiting) stream.send(eventText('waiting', { waiting }));
      if (panel) stream.send(eventText('panel', panel));
    },
    staleSinceMs: (source) => sources.staleSinceMs(source),
    streams: () => streams.size,
  };
}

function hears(stream: Stream, audience: Audience): boolean {
  if (audience === 'all') return true;
  return audience === 'fleet' ? stream.machine === null : stream.machine === audience;
}

function sourceEvent(source: SourceName, sinceMs: number | null): { name: string; data: object } {
  return sinceMs === null
    ? { name: 'fresh', data: { source } }
    : { name: 'stale', data: { source, sinceMs } };
}
