/** The agents' door as a process: composes the parts and nothing else. */
import { join } from 'node:path';
import { runDaemon } from '../runtime/daemon.ts';
import { lastReset } from '../runtime/reset.ts';
import { version } from '../runtime/version.ts';
import { createStoreClient } from '../store/client/client.ts';
import { createResetClient, followResets } from '../store/client/resets.ts';
import { createWebClient } from '../web/client/client.ts';
import { Announce, serviceOf } from './announce.ts';
import { Beacon } from './beacon.ts';
import { ingestConfig } from './config.ts';
import { loadIdentity } from './identity.ts';
import { buildIngest } from './ingest.ts';

await runDaemon({
  name: 'ingest',
  about: 'Lets the agents of machines in, once they are admitted, and hands what they measure to the store.',
  table: ingestConfig,
  build: async ({ config, places, log, clock, alive, fail }) => {
    const identity = await loadIdentity(places.stateDir);
    const store = createStoreClient({ runDir: places.runDir, as: 'ingest' });
    const web = createWebClient({ runDir: places.runDir, as: 'ingest' });
    const { parts, report } = buildIngest({
      identity,
      store,
      clock,
      log,
      runDir: places.runDir,
      version,
      listen: config.listen,
      port: config.port,
      localAgentKey: config.local_agent_key,
      doorFile: config.door_file || join(places.stateDir, 'public', 'door.json'),
      reset: await lastReset(places.stateDir),
      vanishedAfterMs: config.vanished_after,
      alive,
      webCounters: () => web.counters(),
    });
    const announce = new Announce({ service: () => serviceOf(report()), clock, log });
    const beacon = new Beacon({ place: report, port: config.beacon_port, clock, log });
    const close = () => {
      store.close();
      web.close();
    };
    const clients = { name: 'clients', start: async () => undefined, stop: async () => close() };
    const resets = followResets({
      client: createResetClient({ runDir: places.runDir, as: 'ingest' }),
      ...{ stateDir: places.stateDir, log, fail },
    });
    return [clients, resets, ...parts, ...(config.announce ? [announce, beacon] : [])];
  },
});
