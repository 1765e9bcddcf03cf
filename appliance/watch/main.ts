/** netmonitor-watch: judges what is measured by rules, and keeps the incidents. */
import { createDisplayClient } from '../../display/client/client.ts';
import { createIngestClient } from '../ingest/client/client.ts';
import { createNeighbourClient } from '../ingest/client/neighbours.ts';
import { createProbeClient } from '../ingest/client/probes.ts';
import { runDaemon } from '../runtime/daemon.ts';
import { createStoreClient } from '../store/client/client.ts';
import { createResetClient, followResets } from '../store/client/resets.ts';
import { createWebClient } from '../web/client/client.ts';
import { watchConfig } from './config.ts';
import { createWatch } from './watch.ts';

await runDaemon({
  name: 'watch',
  about: 'Judges what is measured by rules, and keeps the incidents.',
  table: watchConfig,
  build({ config, places, log, clock, alive, fail }) {
    const { runDir, stateDir } = places;
    const store = createStoreClient({ runDir, as: 'watch' });
    const door = createProbeClient({ runDir });
    const lan = createNeighbourClient({ runDir });
    const resets = followResets({
      client: createResetClient({ runDir, as: 'watch' }),
      ...{ stateDir, log, fail },
    });
    const ingest = createIngestClient({ runDir, as: 'watch' });
    const display = createDisplayClient({ runDir, as: 'watch' });
    const web = createWebClient({ runDir, as: 'watch' });
    const clients = {
      name: 'clients',
      start: async () => undefined,
      stop: async () => {
        for (const client of [ingest, display, web]) client.close();
      },
    };
    const parts = { config, runDir, stateDir, store, door, lan, clock, log, alive, fail };
    return [clients, resets, ...createWatch({ ...parts, neighbours: { ingest, display, web } }).parts];
  },
});
