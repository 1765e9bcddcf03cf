/** Follows store, ingest, watch and web and turns what they say into events; each may come and go at any time. */
import type { IngestClient } from '../appliance/ingest/client/client.ts';
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { StoreClient } from '../appliance/store/client/client.ts';
import type { Change } from '../appliance/store/client/types.ts';
import type { WatchClient } from '../appliance/watch/client/client.ts';
import type { WebClient } from '../appliance/web/client/types.ts';
import { tellsOfIncidents } from './problems.ts';
import type { Event, SourceName } from './state.ts';

export type Clients = {
  store: StoreClient;
  ingest: IngestClient;
  watch: Pick<WatchClient, 'changes'>;
  web: WebClient;
};

type Following = { clients: Clients; clock: Clock; log: Log; onEvent(event: Event): void };

/** Addresses of the box change seldom and are not part of the waiting room's stream. */
const doorEveryMs = 30_000;
const retryMs = 1000;

export function followSources(o: Following): Timer {
  const stops = [followStore(o), followIngest(o), followWatch(o), followWeb(o)];
  return {
    stop() {
      for (const one of stops) one.stop();
    },
  };
}

function downOf(o: Following, source: SourceName): () => void {
  return () => o.onEvent({ kind: 'down', source, nowMs: o.clock.wallMs() });
}

/**
 * Changes that arrive while the fleet is being fetched wait and are applied on top of it, so that an older
 * answer never covers a newer change.
 */
function followStore(o: Following): Timer {
  const { store } = o.clients;
  let queued: Change[] | null = null;
  let attempt = 0;
  let retry: Timer | null = null;

  const fetchAll = async (mine: number) => {
    try {
      const [machines, summaries] = await Promise.all([store.machines(), store.summaries()]);
      if (mine !== attempt) return;
      o.onEvent({ kind: 'machines', machines, summaries });
      o.onEvent({ kind: 'up', source: 'store' });
      const waited = queued ?? [];
      queued = null;
      for (const change of waited) o.onEvent({ kind: 'change', change });
    } catch (error) {
      if (mine !== attempt) return;
      o.log.debug('the store did not tell its machines', { error: messageOf(error) });
      retry = o.clock.after(retryMs, () => void fetchAll(mine));
    }
  };
  const abandon = () => {
    attempt++;
    retry?.stop();
    retry = null;
  };
  const stream = store.changes(
    { topics: ['machine', 'live'] },
    {
      onUp() {
        abandon();
        queued = [];
        void fetchAll(attempt);
      },
      onDown() {
        abandon();
        downOf(o, 'store')();
      },
      onChange(change) {
        if (queued) queued.push(change);
        else o.onEvent({ kind: 'change', change });
      },
    },
  );
  return {
    stop() {
      abandon();
      stream.stop();
    },
  };
}

function followIngest(o: Following): Timer {
  const { ingest } = o.clients;
  let stopped = false;
  const askDoor = async () => {
    try {
      const door = await ingest.door();
      if (!stopped) o.onEvent({ kind: 'door', door });
    } catch (error) {
      o.log.debug('ingest did not tell its door', { error: messageOf(error) });
    }
  };
  const again = o.clock.every(doorEveryMs, () => void askDoor());
  const stream = ingest.changes({
    onUp() {
      o.onEvent({ kind: 'up', source: 'ingest' });
      void askDoor();
    },
    onDown: downOf(o, 'ingest'),
    onChange({ waiting, openHouse }) {
      const { leftMs = 0, admitted = 0, most = 0 } = openHouse ?? {};
      const endsMs = o.clock.wallMs() + leftMs;
      o.onEvent({ kind: 'open-house', openHouse: openHouse ? { endsMs, admitted, most } : null });
      o.onEvent({ kind: 'waiting', waiting });
    },
  });
  return {
    stop() {
      stopped = true;
      again.stop();
      stream.stop();
    },
  };
}

/** The first line says all that is open: only with it is anything known. */
function followWatch(o: Following): Timer {
  return o.clients.watch.changes({
    onDown: downOf(o, 'watch'),
    onChange(change) {
      if (!tellsOfIncidents(change)) return;
      o.onEvent({ kind: 'incidents', change });
      if ('open' in change) o.onEvent({ kind: 'up', source: 'watch' });
    },
  });
}

function followWeb(o: Following): Timer {
  return o.clients.web.changes({
    onUp: () => o.onEvent({ kind: 'up', source: 'web' }),
    onDown: downOf(o, 'web'),
    onChange: (address) => o.onEvent({ kind: 'address', address }),
  });
}
