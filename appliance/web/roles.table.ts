/** What each caller may ask of web. Its codes open the box to whoever reads them: only the box's own screens show them. */
import type { RoleTable } from '../runtime/socket/roles.ts';
import type { WebRole } from './client/roles.ts';

const screens: readonly WebRole[] = ['display', 'console'];

export const routeRoles: RoleTable<WebRole> = {
  'GET /v1/address': screens,
  'GET /v1/changes': screens,
  'POST /v1/recovery': screens,
  'GET /v1/health': ['console', 'watch'],
  'GET /v1/page': ['watch'],
  'GET /v1/counters': ['console', 'watch', 'ingest'],
};
