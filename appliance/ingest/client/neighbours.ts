/** The door as watch uses it for the devices on the network: follows what is seen, and has somebody go round. */
import { join } from 'node:path';
import type { Timer } from '../../runtime/clock.ts';
import { createLocalClient } from '../../runtime/socket/client.ts';
import { ingestSocket } from './roles.ts';
import type { NeighbourNews } from './types.ts';

export interface NeighbourClient {
  /** All that are known, at the beginning and whenever the door is back, then each change. */
  neighbours(on: { onNews(news: NeighbourNews): void; onDown?(error: unknown): void }): Timer;
  /** The number that the news carries when it is over; UNAVAILABLE while the box's own agent is away. */
  search(): Promise<number>;
  close(): void;
}

export function createNeighbourClient(o: { runDir: string }): NeighbourClient {
  const local = createLocalClient({ path: join(o.runDir, ingestSocket('watch')) });
  return {
    neighbours: ({ onNews, onDown }) =>
      local.follow('/v1/neighbours', {
        onLine: (value) => onNews(value as NeighbourNews),
        ...(onDown ? { onDown } : {}),
      }),
    async search() {
      return ((await local.post('/v1/neighbours/search', {})) as { search: number }).search;
    },
    close: () => local.close(),
  };
}
