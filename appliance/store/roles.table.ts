/** What each caller of the store may do: the routes of its socket, the records that are its own, its words in the journal. */
import type { RoleTable } from '../runtime/socket/roles.ts';
import type { StoreRole } from './client/roles.ts';

const all: readonly StoreRole[] = ['ingest', 'web', 'watch', 'display', 'console'];
const readers: readonly StoreRole[] = ['web', 'watch', 'display', 'console'];

export const routeRoles: RoleTable<StoreRole> = {
  'POST /v1/append': ['ingest'],
  'GET /v1/appends': ['ingest'],
  'GET /v1/commits': ['ingest'],
  'GET /v1/latest': readers,
  'GET /v1/machines/:machine/latest': readers,
  'GET /v1/machines/:machine/range': readers,
  'GET /v1/machines/:machine/export': readers,
  'GET /v1/summaries': readers,
  'GET /v1/machines': all,
  'GET /v1/machines/:machine': all,
  'GET /v1/revoked': ['ingest'],
  'POST /v1/machines': ['ingest'],
  'PATCH /v1/machines/:machine': ['ingest'],
  'DELETE /v1/machines/:machine': ['ingest'],
  'POST /v1/machines/:machine/series': ['ingest'],
  'GET /v1/journal': ['web', 'watch', 'console'],
  'POST /v1/journal': all,
  'GET /v1/journal/verify': ['web', 'console'],
  'POST /v1/journal/cleanup': ['web', 'console'],
  'GET /v1/settings/:section': all,
  'PUT /v1/settings/:section': ['web', 'console'],
  'POST /v1/records': ['ingest', 'web', 'watch'],
  'GET /v1/records/:namespace': ['ingest', 'web', 'watch'],
  'GET /v1/records/:namespace/:key': ['ingest', 'web', 'watch'],
  'PUT /v1/records/:namespace/:key': ['ingest', 'web', 'watch'],
  'DELETE /v1/records/:namespace/:key': ['ingest', 'web', 'watch'],
  'GET /v1/changes': all,
  'GET /v1/health': all,
  'POST /v1/backup': ['console'],
  'GET /v1/reset': all,
  'POST /v1/reset': ['web', 'display'],
  'GET /v1/clock': all,
  'POST /v1/clock/votes': ['ingest'],
  'POST /v1/clock/confirm': ['web', 'console'],
};

/** Records whose namespace begins with `NAME.` belong to that daemon; all others (users, sessions, …) to web. */
export function ownerOfRecords(namespace: string): StoreRole | 'store' {
  const [first = '', second] = namespace.split('.');
  if (second === undefined) return 'web';
  if (first === 'store') return 'store';
  return all.find((role) => role === first) ?? 'web';
}

/** Records that others may read and follow, not write: what machines run is what rules and pages are about. */
const readersOf: Readonly<Record<string, readonly StoreRole[]>> = { 'ingest.services': ['web', 'watch'] };

export function mayRead(role: StoreRole, namespace: string): boolean {
  const others = Object.hasOwn(readersOf, namespace) ? readersOf[namespace] : undefined;
  return others?.includes(role) === true || ownerOfRecords(namespace) === role;
}

/** Words of the journal that only one daemon may say; `store.` is the store's own. All others are anybody's. */
const wordsOf: Readonly<Record<string, StoreRole | 'store'>> = {
  store: 'store',
  clock: 'store',
  journal: 'store',
  machine: 'ingest',
  enrolment: 'ingest',
  incident: 'watch',
  rule: 'watch',
  schedule: 'watch',
  group: 'watch',
  channel: 'watch',
  delivery: 'watch',
  samples: 'ingest',
  'sign-in': 'web',
  'sign-out': 'web',
  code: 'web',
  request: 'web',
  password: 'web',
  recovery: 'web',
  person: 'web',
  token: 'web',
  certificate: 'web',
};

export function ownerOfWord(kind: string): StoreRole | 'store' | null {
  const [first = ''] = kind.split('.');
  return Object.hasOwn(wordsOf, first) ? (wordsOf[first] ?? null) : null;
}
