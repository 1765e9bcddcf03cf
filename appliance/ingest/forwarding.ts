// The way to the store, joined with the sessions that wait for its acks.
import { Forwarder } from './forwarder.ts';
import type { IngestOptions } from './ingest.ts';
import type { Sessions } from './sessions.ts';

export function buildForwarder(
  o: Pick<IngestOptions, 'store' | 'clock' | 'log' | 'limits'>,
  sessions: Sessions,
  onRefused: (machine: number, code: string) => void,
): Forwarder {
  const { store, clock, log } = o;
  const forwarder: Forwarder = new Forwarder({
    store,
    clock,
    log,
    on: {
      onDurable: (durable) => sessions.acknowledge(durable),
      onRefused,
      onFull: () => {
        log.warn('the store does not keep up: agents wait', { bytes: forwarder.bytes });
        sessions.holdAll();
      },
      onRoom: () => sessions.releaseAll(),
    },
    ...(o.limits?.forwarder ? { limits: o.limits.forwarder } : {}),
  });
  return forwarder;
}
