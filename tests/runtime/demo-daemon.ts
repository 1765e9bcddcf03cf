/** A daemon that can be told how to live and how to fail. */
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type ConfigTable, durationMs, oneOf, port } from '../../appliance/runtime/config.ts';
import { type Part, runDaemon } from '../../appliance/runtime/daemon.ts';
import { listen } from '../../appliance/runtime/listen.ts';
import { createLocalServer } from '../../appliance/runtime/socket/server.ts';

const ways = ['none', 'throw', 'reject', 'fail', 'raw-port', 'stuck'] as const;
const table = {
  start_delay: { type: durationMs(), default: 0, about: 'how long the start takes' },
  way: { type: oneOf(ways), default: 'none', about: 'how it fails once it runs' },
  port: { type: port(), default: 0, about: 'a port to listen on' },
} as const satisfies ConfigTable;

await runDaemon({
  name: 'demo',
  about: 'A daemon for tests.',
  table,
  build({ config, places, log, clock, fail }) {
    const server = createServer();
    const slow: Part = {
      name: 'slow',
      start: (signal) => clock.sleep(config.start_delay, signal),
      stop: async () => log.info('slow stopped'),
    };
    const door: Part = {
      name: 'door',
      async start() {
        if (config.way === 'raw-port') {
          await new Promise((_, reject) => server.on('error', reject).listen(config.port, '127.0.0.1'));
        } else await listen(server, { port: config.port, host: '127.0.0.1' });
      },
      async stop() {
        log.info('door stopped');
        server.close();
      },
    };
    const trouble: Part = {
      name: 'trouble',
      async start() {
        clock.after(1, () => {
          if (config.way === 'throw') throw new Error('thrown in the background');
          if (config.way === 'reject') void Promise.reject(new Error('rejected in the background'));
          if (config.way === 'fail') fail(new Error('told in the background'));
        });
      },
      stop: () => (config.way === 'stuck' ? new Promise(() => undefined) : Promise.resolve()),
    };
    const hello = { method: 'GET', path: '/v1/hello', handle: () => ({ json: 'hello' }) } as const;
    const socket = createLocalServer({ path: join(places.runDir, 'demo.sock'), routes: [hello], log });
    return [door, socket, slow, trouble];
  },
});
