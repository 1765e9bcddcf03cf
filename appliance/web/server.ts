/** The inner sockets: tells the box's own screens where the page is, now and at each change, and how busy web is. */
import type { Log } from '../runtime/log.ts';
import type { Part } from '../runtime/parts.ts';
import { roleServer, routesFor } from '../runtime/socket/roles.ts';
import type { Route } from '../runtime/socket/server.ts';
import type { Address } from './address.ts';
import { webRoles, webSocket } from './client/roles.ts';
import type { Recovery } from './recovery.ts';
import { routeRoles } from './roles.table.ts';

export type WebHealth = { connections: number; refusedConnections: number; streams: number };

export function createScreensServer(o: {
  runDir: string;
  address: Address;
  health(): WebHealth;
  recovery: Pick<Recovery, 'arm'>;
  counters(): Record<string, number>;
  log: Log;
}): Part {
  const routes: Route[] = [
    { method: 'GET', path: '/v1/health', handle: () => ({ json: o.health() }) },
    { method: 'GET', path: '/v1/counters', handle: () => ({ json: o.counters() }) },
    {
      method: 'POST',
      path: '/v1/recovery',
      async handle() {
        await o.recovery.arm();
        return { status: 204 };
      },
    },
    // Without the codes: what a message may say.
    { method: 'GET', path: '/v1/page', handle: () => ({ json: { urls: o.address.now().urls } }) },
    { method: 'GET', path: '/v1/address', handle: () => ({ json: o.address.now() }) },
    {
      method: 'GET',
      path: '/v1/changes',
      handle: () => ({
        async lines(out) {
          const subscription = o.address.onChange((address) => out.write(address));
          out.write(o.address.now());
          await out.closed;
          subscription.stop();
        },
      }),
    },
  ];
  return roleServer({
    ...{ runDir: o.runDir, log: o.log, roles: webRoles, socket: webSocket },
    routes: (role) => routesFor(role, routeRoles, routes),
  });
}
