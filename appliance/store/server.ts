/** Everything that the store answers on its socket; README.md of client/ lists it. */
import type { Route } from '../runtime/socket/server.ts';
import { machineRoutes } from './routes/machines.ts';
import { recordRoutes } from './routes/records.ts';
import { sampleRoutes } from './routes/samples.ts';
import { streamRoutes } from './routes/streams.ts';
import type { OpenStore } from './store.ts';

export function storeRoutes(store: () => OpenStore): Route[] {
  return [...sampleRoutes(store), ...machineRoutes(store), ...recordRoutes(store), ...streamRoutes(store)];
}
