/** The watch put together: what it hears from the store, and its sockets. */
import type { Clock, Timer } from '../runtime/clock.ts';
import type { Config } from '../runtime/config.ts';
import type { Log } from '../runtime/log.ts';
import type { Part } from '../runtime/parts.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { watchConfig } from './config.ts';
import { watchServer } from './server.ts';

export type WatchParts = {
  config: Config<typeof watchConfig>;
  runDir: string;
  store: StoreClient;
  clock: Clock;
  log: Log;
  alive(): void;
  fail(error: unknown): void;
};

export function createWatch(o: WatchParts): { parts: Part[] } {
  let looking: Timer | null = null;
  const look: Part = {
    name: 'look',
    async start() {
      looking = o.clock.every(o.config.look_interval, () => o.alive());
    },
    async stop() {
      looking?.stop();
      o.store.close();
    },
  };
  const health = () => ({ seesSinceMs: null, machines: 0, judged: 0, open: 0, unwritten: 0 });
  return { parts: [look, watchServer({ health, runDir: o.runDir, log: o.log })] };
}
