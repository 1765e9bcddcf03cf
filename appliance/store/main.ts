/** netmonitor-store: the one process that opens the database. */
import { join } from 'node:path';
import { runDaemon } from '../runtime/daemon.ts';
import { createLocalServer } from '../runtime/socket/server.ts';
import { storeConfig } from './config.ts';
import { storeRoutes } from './server.ts';
import { createStore } from './store.ts';

await runDaemon({
  name: 'store',
  about: 'Keeps samples, machines, settings and the journal of a NetMonitor box.',
  table: storeConfig,
  build: ({ config, places, log, clock, alive, fail }) => {
    const store = createStore({ stateDir: places.stateDir, config, clock, log, alive, fail });
    const routes = storeRoutes(store.opened);
    return [store, createLocalServer({ path: join(places.runDir, 'store.sock'), routes, log })];
  },
});
