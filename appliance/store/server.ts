/** Everything that the store answers, on one socket for each kind of caller; README.md of client/ lists it. */
import type { Log } from '../runtime/log.ts';
import type { Part } from '../runtime/parts.ts';
import { guarded, nameOfRoute, notYours, roleServer, routesFor } from '../runtime/socket/roles.ts';
import type { LocalRequest, Route } from '../runtime/socket/server.ts';
import { type StoreRole, storeRoles, storeSocket } from './client/roles.ts';
import { type Resets, resetRoutes } from './resets.ts';
import { mayRead, ownerOfRecords, ownerOfWord, routeRoles } from './roles.table.ts';
import { backupRoutes } from './routes/backup.ts';
import { clockRoutes } from './routes/clock.ts';
import { historyRoutes } from './routes/history.ts';
import { journalRoutes } from './routes/journal.ts';
import { machineRoutes } from './routes/machines.ts';
import { recordRoutes } from './routes/records.ts';
import { sampleRoutes } from './routes/samples.ts';
import { streamRoutes } from './routes/streams.ts';
import type { OpenStore } from './store.ts';

export function storeRoutes(store: () => OpenStore): Route[] {
  const routes = [
    ...sampleRoutes(store),
    ...historyRoutes(store),
    ...machineRoutes(store),
    ...journalRoutes(store),
    ...recordRoutes(store),
    ...backupRoutes(store),
    ...streamRoutes(store),
    ...clockRoutes(store),
  ];
  return routes.map((route) => {
    if (isRecordWrite(route)) return withRoom(route, store);
    return route.method === 'GET' ? readAgain(route, store) : route;
  });
}

/** Samples have a limit of their own. */
function isRecordWrite({ method, path }: Route): boolean {
  return method !== 'GET' && path !== '/v1/append';
}

/** Refused before anything has changed in RAM. */
function withRoom(route: Route, store: () => OpenStore): Route {
  return guarded(route, async (request) => {
    await store().care.opened();
    store().care.room.assertForRecords();
    return request;
  });
}

/** A full disk makes it necessary to open the database again: reads go on. */
function readAgain(route: Route, store: () => OpenStore): Route {
  return { ...route, handle: (request) => store().care.again(() => route.handle(request)) };
}

/** What one caller gets: its routes, of the records its own, of the journal's words those that it may say. */
function storeRoutesFor(role: StoreRole, { store, resets }: StoreServing): Route[] {
  const own = storeRoutes(store).map((route) => {
    const name = nameOfRoute(route);
    const ofRecords = name.startsWith('GET ') ? checkReading : checkRecords;
    const check = name.includes(' /v1/records/:namespace') ? ofRecords : checks[name];
    return check === undefined ? route : guarded(route, (request) => check(role, request));
  });
  return routesFor(role, routeRoles, resets === undefined ? own : [...own, ...resetRoutes(resets)]);
}

type StoreServing = { store: () => OpenStore; resets?: Resets };

export function storeServer(o: StoreServing & { runDir: string; log: Log }): Part {
  const routes = (role: StoreRole) => storeRoutesFor(role, o);
  return roleServer({ ...o, roles: storeRoles, socket: storeSocket, routes });
}

type RoleCheck = (role: StoreRole, request: LocalRequest) => LocalRequest | Promise<LocalRequest>;

const checks: Readonly<Record<string, RoleCheck>> = {
  'POST /v1/records': checkWrites,
  'POST /v1/journal': checkWord,
  'GET /v1/changes': checkTopics,
};

function checkNamespace(role: StoreRole, namespace: string): void {
  if (ownerOfRecords(namespace) !== role)
    throw notYours(`the records of "${namespace}" are not those of ${role}`);
}

function checkRecords(role: StoreRole, request: LocalRequest): LocalRequest {
  checkNamespace(role, request.params.namespace ?? '');
  return request;
}

function checkReading(role: StoreRole, request: LocalRequest): LocalRequest {
  const namespace = request.params.namespace ?? '';
  if (!mayRead(role, namespace)) checkNamespace(role, namespace);
  return request;
}

/** What is no list of writes is refused behind us, by its shape. */
async function checkWrites(role: StoreRole, request: LocalRequest): Promise<LocalRequest> {
  const body = await request.json();
  const { writes, notes } = (body ?? {}) as { writes?: unknown; notes?: unknown };
  for (const write of Array.isArray(writes) ? writes : []) {
    checkNamespace(role, String((write as { namespace?: unknown } | null)?.namespace ?? ''));
  }
  for (const note of Array.isArray(notes) ? notes : []) checkKind(role, note);
  return { ...request, json: async () => body };
}

function checkKind(role: StoreRole, note: unknown): void {
  const kind = (note as { kind?: unknown } | null | undefined)?.kind;
  const owner = typeof kind === 'string' ? ownerOfWord(kind) : null;
  if (owner !== null && owner !== role)
    throw notYours(`${role} may not write "${String(kind)}" into the journal`);
}

async function checkWord(role: StoreRole, request: LocalRequest): Promise<LocalRequest> {
  const body = await request.json();
  checkKind(role, body);
  return { ...request, json: async () => body };
}

function checkTopics(role: StoreRole, request: LocalRequest): LocalRequest {
  for (const topic of request.query.getAll('topic')) {
    const namespace = topic.startsWith('record:') ? topic.slice('record:'.length) : null;
    if (namespace !== null && !mayRead(role, namespace)) checkNamespace(role, namespace);
    if (topic === 'journal' && !routeRoles['GET /v1/journal']?.includes(role))
      throw notYours(`${role} may not follow the journal`);
  }
  return request;
}
