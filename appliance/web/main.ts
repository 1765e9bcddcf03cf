/** netmonitor-web: the page and the REST interface, over HTTPS, for people and programs of this network. */
import { createDisplayClient } from '../../display/client/client.ts';
import { createIngestClient } from '../ingest/client/client.ts';
import { runDaemon } from '../runtime/daemon.ts';
import { createStoreClient } from '../store/client/client.ts';
import { createResetClient, followResets } from '../store/client/resets.ts';
import { createWatchClient } from '../watch/client/client.ts';
import { webConfig } from './config.ts';
import { loadIdentity } from './identity.ts';
import { createWeb } from './web.ts';

await runDaemon({
  name: 'web',
  about: 'Serves the page and the REST interface of the box over HTTPS.',
  table: webConfig,
  async build({ config, places, log, clock, alive, fail }) {
    const { runDir, stateDir } = places;
    const identity = await loadIdentity(stateDir);
    log.info('page key', { fingerprint: identity.fingerprint });
    const resets = createResetClient({ runDir, as: 'web' });
    const web = await createWeb({
      config,
      places,
      identity,
      clock,
      log,
      alive,
      resets,
      store: createStoreClient({ runDir, as: 'web' }),
      ingest: createIngestClient({ runDir, as: 'web' }),
      watch: createWatchClient({ runDir, as: 'web' }),
      display: createDisplayClient({ runDir, as: 'web' }),
    });
    return [followResets({ client: resets, stateDir, log, fail }), ...web.parts];
  },
});
