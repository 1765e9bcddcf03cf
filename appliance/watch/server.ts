/** The sockets of the watch: pages, the panel and the command line ask and decide here. */
import type { Log } from '../runtime/log.ts';
import type { Part } from '../runtime/parts.ts';
import { roleServer, routesFor } from '../runtime/socket/roles.ts';
import type { Route } from '../runtime/socket/server.ts';
import { watchRoles, watchSocket } from './client/roles.ts';
import type { WatchHealth } from './client/types.ts';
import { routeRoles } from './roles.table.ts';

export type Inside = { health(): WatchHealth };

export function watchServer(o: Inside & { runDir: string; log: Log }): Part {
  const routes: Route[] = [{ method: 'GET', path: '/v1/health', handle: () => ({ json: o.health() }) }];
  return roleServer({
    ...{ runDir: o.runDir, log: o.log, roles: watchRoles, socket: watchSocket },
    routes: (role) => routesFor(role, routeRoles, routes),
  });
}
