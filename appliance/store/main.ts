/** netmonitor-store: the one process that opens the database. */
import { runDaemon } from '../runtime/daemon.ts';
import { readEnvironment } from '../runtime/environment.ts';
import { storeConfig } from './config.ts';
import { createResets, resetNote } from './resets.ts';
import { storeServer } from './server.ts';
import { createStore } from './store.ts';

const environment = readEnvironment();
if (environment.argv[0] === 'restore') {
  const { restoreProgram } = await import('./backup/restore-program.ts');
  process.exitCode = await restoreProgram(environment);
} else {
  await runDaemon({
    name: 'store',
    about: 'Keeps samples, machines, settings and the journal of a NetMonitor box.',
    table: storeConfig,
    build: ({ config, places, log, clock, clockSource, reset, alive, fail }) => {
      const { runDir, stateDir } = places;
      const store = createStore({ stateDir, config, clock, clockSource, log, alive, fail });
      const resets = createResets({ stateDir, clock, fail });
      const server = storeServer({ runDir, store: store.opened, resets, log });
      return [store, ...(reset === null ? [] : [resetNote(store, reset)]), server];
    },
  });
}
