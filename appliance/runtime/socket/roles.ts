/**
 * A socket for each kind of caller, with the routes that are its own: the kernel says who calls, no message can. Each stands
 * in a folder of its own. On the box tmpfiles makes these folders (owner: who answers, group: who may call, setgid); where
 * they are missing, as in development, they are made for our own user alone.
 */

import { dirname, join } from 'node:path';
import { mkdir } from '../disk.ts';
import { Failure } from '../errors.ts';
import { unwritable } from '../files.ts';
import type { Log } from '../log.ts';
import type { Part } from '../parts.ts';
import { createLocalServer, type LocalRequest, type Route } from './server.ts';

/** Who may ask for a route, by `METHOD /path`. A route that does not stand in the table answers nobody. */
export type RoleTable<Role extends string> = Readonly<Record<string, readonly Role[]>>;

export const nameOfRoute = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method} ${path}`;

/** The routes as one caller has them: what is not its own is refused before anything is read or written. */
export function routesFor<Role extends string>(
  role: Role,
  table: RoleTable<Role>,
  routes: readonly Route[],
): Route[] {
  return routes.map((route) => {
    const name = nameOfRoute(route);
    if (Object.hasOwn(table, name) && table[name]?.includes(role)) return route;
    return { ...route, handle: () => Promise.reject(notYours(`${role} may not ask for ${name}`)) };
  });
}

/** A route whose requests are looked at once more. */
export function guarded(
  route: Route,
  check: (request: LocalRequest) => LocalRequest | Promise<LocalRequest>,
): Route {
  return { ...route, handle: async (request) => route.handle(await check(request)) };
}

export function notYours(message: string): Failure {
  return new Failure('FORBIDDEN', message);
}

export function roleServer<Role extends string>(o: {
  runDir: string;
  roles: readonly Role[];
  socket(role: Role): string;
  routes(role: Role): Route[];
  log: Log;
}): Part {
  const open: Part[] = [];
  return {
    name: 'local sockets',
    async start(signal) {
      for (const role of o.roles) {
        const path = join(o.runDir, o.socket(role));
        await makeFolder(dirname(path));
        const server = createLocalServer({ path, routes: o.routes(role), log: o.log });
        await server.start(signal);
        open.push(server);
      }
    },
    async stop() {
      await Promise.all(open.map((server) => server.stop()));
    },
  };
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unwritable(path, error);
  }
}
