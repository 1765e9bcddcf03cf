/** What web, the panel and the command line may ask of the door; watch looks, and says what is checked. */
import type { RoleTable } from '../runtime/socket/roles.ts';
import type { IngestRole } from './client/roles.ts';

const all: readonly IngestRole[] = ['web', 'watch', 'display', 'console'];
const people: readonly IngestRole[] = ['web', 'display', 'console'];

export const routeRoles: RoleTable<IngestRole> = {
  'GET /v1/door': all,
  'GET /v1/waiting': people,
  'GET /v1/changes': people,
  'POST /v1/waiting/:id/select': people,
  'POST /v1/deselect': people,
  'POST /v1/waiting/:id/admit': people,
  'POST /v1/waiting/:id/refuse': people,
  'POST /v1/machines/:machine/remove': ['web', 'console'],
  'GET /v1/machines/:machine/services': ['web', 'watch', 'console'],
  'GET /v1/machines/:machine/processes': ['web', 'watch', 'console'],
  'POST /v1/machines/:machine/notice': ['web', 'watch', 'console'],
  'POST /v1/notices': ['watch'],
  'PUT /v1/assignments/:machine': ['watch'],
  'GET /v1/probe-results': ['watch'],
  'GET /v1/neighbours': ['watch'],
  'POST /v1/neighbours/search': ['watch'],
  'POST /v1/wanted': people,
  'GET /v1/open-house': people,
  'POST /v1/open-house/start': people,
  'POST /v1/open-house/stop': people,
  'GET /v1/tokens': ['web', 'console'],
  'POST /v1/tokens': ['web', 'console'],
  'POST /v1/tokens/:id/revoke': ['web', 'console'],
  'GET /v1/clones': people,
  'POST /v1/clones/:machine/release': ['web', 'console'],
};
