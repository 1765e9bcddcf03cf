/** The values of single machines: subscribed to while at least one browser looks, once for all that do. */
import type { Timer } from '../runtime/clock.ts';
import type { Change, StoreClient } from '../store/client/client.ts';

export type Live = Extract<Change, { topic: 'live' }>;
export type Watches = { join(machine: number): Timer; stop(): void };

export function createWatches(store: StoreClient, onLive: (change: Live) => void): Watches {
  const open = new Map<number, { viewers: number; subscription: Timer }>();

  function subscribe(machine: number): Timer {
    return store.changes(
      { topics: ['live'], machine },
      {
        onChange: (change) => {
          if (change.topic === 'live' && change.machine === machine) onLive(change);
        },
      },
    );
  }

  return {
    join(machine) {
      const watch = open.get(machine) ?? { viewers: 0, subscription: subscribe(machine) };
      open.set(machine, watch);
      watch.viewers++;
      let left = false;
      return {
        stop() {
          if (left) return;
          left = true;
          watch.viewers--;
          if (watch.viewers > 0) return;
          watch.subscription.stop();
          open.delete(machine);
        },
      };
    },
    stop() {
      for (const { subscription } of open.values()) subscription.stop();
      open.clear();
    },
  };
}
