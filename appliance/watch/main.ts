/** netmonitor-watch: judges what is measured by rules, and keeps the incidents. */
import { createProbeClient } from '../ingest/client/probes.ts';
import { runDaemon } from '../runtime/daemon.ts';
import { createStoreClient } from '../store/client/client.ts';
import { createResetClient, followResets } from '../store/client/resets.ts';
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
    const resets = followResets({
      client: createResetClient({ runDir, as: 'watch' }),
      ...{ stateDir, log, fail },
    });
    return [resets, ...createWatch({ config, runDir, stateDir, store, door, clock, log, alive, fail }).parts];
  },
});
