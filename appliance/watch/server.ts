/** The sockets of the watch: pages, the panel and the command line ask and decide here. */
import { Failure } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { Part } from '../runtime/parts.ts';
import { roleServer, routesFor } from '../runtime/socket/roles.ts';
import type { Lines, Route } from '../runtime/socket/server.ts';
import { watchRoles, watchSocket } from './client/roles.ts';
import type { Incident, WatchChange } from './client/types.ts';
import type { Devices } from './devices/devices.ts';
import type { Duty } from './duty.ts';
import type { Mailroom } from './outbox/mailroom.ts';
import type { Probes } from './probes/probes.ts';
import { routeRoles } from './roles.table.ts';
import { channelRoutes } from './routes/channels.ts';
import { deviceRoutes } from './routes/devices.ts';
import { incidentRoutes } from './routes/incidents.ts';
import { probeRoutes } from './routes/probes.ts';
import { ruleRoutes } from './routes/rules.ts';
import { groupRoutes, scheduleRoutes } from './routes/schedules.ts';
import type { WatchStore } from './watch-store.ts';

/** Who listens to what becomes of incidents and probes. */
export class Listeners {
  readonly #all = new Set<Lines>();

  tell(change: WatchChange): void {
    for (const out of this.#all) out.write(change);
  }

  async follow(out: Lines, open: readonly Incident[]): Promise<void> {
    if (this.#all.size >= 32) throw new Failure('TOO_MANY', '32 callers follow the incidents already');
    const change: WatchChange = { open: [...open] };
    out.write(change);
    this.#all.add(out);
    await out.closed;
    this.#all.delete(out);
  }
}

export function watchServer(o: {
  runDir: string;
  duty: Duty;
  mailroom: Mailroom;
  probes: Probes;
  devices: Devices;
  store: WatchStore;
  listeners: Listeners;
  log: Log;
}): Part {
  const { duty } = o;
  const routes: Route[] = [
    { method: 'GET', path: '/v1/health', handle: () => ({ json: duty.health() }) },
    {
      method: 'GET',
      path: '/v1/changes',
      handle: () => ({ lines: (out) => o.listeners.follow(out, duty.incidents.list()) }),
    },
    ...incidentRoutes(duty),
    ...ruleRoutes(duty, o.store),
    ...scheduleRoutes(duty.library),
    ...groupRoutes(duty.library),
    ...probeRoutes(o.probes),
    ...deviceRoutes(o.devices),
    ...channelRoutes(o.mailroom),
  ];
  return roleServer({
    ...{ runDir: o.runDir, log: o.log, roles: watchRoles, socket: watchSocket },
    routes: (role) => routesFor(role, routeRoles, routes),
  });
}
