/** What each caller may ask of the watch: pages and the command line all of it, the panel looks and acknowledges. */
import type { RoleTable } from '../runtime/socket/roles.ts';
import type { WatchRole } from './client/roles.ts';

const all: readonly WatchRole[] = ['web', 'display', 'console'];
const people: readonly WatchRole[] = ['web', 'console'];

export const routeRoles: RoleTable<WatchRole> = {
  'GET /v1/health': all,
  'GET /v1/changes': all,
  'GET /v1/incidents': all,
  'GET /v1/incidents/:incident': all,
  'POST /v1/incidents/:incident/acknowledge': all,
  'POST /v1/incidents/:incident/release': all,
  'GET /v1/rules': people,
  'POST /v1/rules': people,
  'PUT /v1/rules/:rule/:scope': people,
  'POST /v1/rules/:rule/remove': people,
  'POST /v1/preview': people,
  'GET /v1/schedules': people,
  'POST /v1/schedules': people,
  'PUT /v1/schedules/:schedule': people,
  'POST /v1/schedules/:schedule/remove': people,
  'GET /v1/channels': people,
  'POST /v1/channels': people,
  'PUT /v1/channels/:channel': people,
  'POST /v1/channels/:channel/remove': people,
  'POST /v1/channels/:channel/test': people,
  'POST /v1/channels/mail-offer': people,
  'GET /v1/deliveries': people,
  'GET /v1/devices': people,
  'POST /v1/devices/search': people,
  'PUT /v1/devices/:device': people,
  'POST /v1/devices/:device/remove': people,
  'GET /v1/probes': all,
  'GET /v1/probes/:probe': all,
  'GET /v1/probes/:probe/availability': all,
  'POST /v1/probes': people,
  'PUT /v1/probes/:probe': people,
  'POST /v1/probes/:probe/remove': people,
  'POST /v1/probes/:probe/run': people,
  'GET /v1/groups': people,
  'PUT /v1/groups/:group': people,
  'POST /v1/groups/:group/remove': people,
};
