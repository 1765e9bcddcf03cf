import assert from 'node:assert/strict';
import { test } from 'node:test';
import { access, type Role, reaches, roles } from '../../appliance/web/access.table.ts';
import { permit } from '../../appliance/web/access.ts';
import { cookieName } from '../../appliance/web/cookie.ts';
import { startWebBox } from '../helpers/web-box.ts';
import { addPerson, bearer, makeToken } from '../helpers/web-people.ts';

type Asker = { name: string; headers: Record<string, string>; may(route: string): 200 | 401 | 403 };

test('every route lets in exactly those whom the table names, and the document lists no other route', async (t) => {
  const box = await startWebBox(t);
  const admin = await box.signIn();
  const cookies: Record<Role, string> = {
    admin,
    viewer: await addPerson(box, admin, 'Victor', 'viewer'),
    operator: await addPerson(box, admin, 'Odile', 'operator'),
  };
  const needs = (route: string) => access[route]!;
  const askers: Asker[] = [
    { name: 'nobody', headers: {}, may: (route) => (needs(route) === 'anybody' ? 200 : 401) },
    ...roles.map(
      (role): Asker => ({
        name: role,
        headers: { cookie: `${cookieName}=${cookies[role]}` },
        may(route) {
          const one = needs(route);
          return one === 'anybody' || reaches(role, one.role) ? 200 : 403;
        },
      }),
    ),
  ];
  for (const [role, scope] of [
    ['viewer', 'read'],
    ['operator', 'change'],
    ['admin', 'read'],
    ['admin', 'change'],
    ['admin', 'manage'],
  ] as const) {
    const { secret } = await makeToken(box, admin, { role, scopes: [scope] });
    askers.push({
      name: `token of ${role} for ${scope}`,
      headers: bearer(secret),
      may(route) {
        const one = needs(route);
        return one === 'anybody' || (one.scope === scope && reaches(role, one.role)) ? 200 : 403;
      },
    });
  }

  const document = (await box.ask('/api/v1/openapi.json', { cookie: admin })).json as {
    paths: Record<string, Record<string, unknown>>;
  };
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.slice('/api/v1'.length),
    })),
  );
  const keyOf = (one: { method: string; path: string }) =>
    `${one.method} ${one.path.replace(/\{(\w+)\}/g, ':$1')}`;
  assert.deepEqual(
    routes.map(keyOf).sort(),
    Object.keys(access)
      .filter((key) => key !== 'GET /openapi.json')
      .sort(),
  );

  for (const asker of askers)
    for (const route of routes) {
      const changes = route.method !== 'GET';
      // A body that is no JSON, and a machine that is no number: who is let in is refused a moment later, without effect.
      const answer = await box.app.inject({
        method: route.method as 'GET',
        url: `/api/v1${route.path.replace(/\{\w+\}/g, 'x')}${route.path === '/live' ? '?machine=x' : ''}`,
        headers: {
          host: 'localhost',
          ...asker.headers,
          ...(changes ? { 'content-type': 'application/json' } : {}),
        },
        ...(changes ? { payload: '{' } : {}),
      });
      const got = answer.statusCode === 401 || answer.statusCode === 403 ? answer.statusCode : 200;
      assert.equal(got, asker.may(keyOf(route)), `${asker.name}: ${keyOf(route)} gave ${answer.statusCode}`);
    }
  assert.ok(box.store.notes.some(({ kind }) => kind === 'request.forbidden'));
});

test('what the table does not name is refused to everybody', () => {
  const admin = { id: '', user: '', name: 'Marie', role: 'admin', scopes: null } as const;
  for (const route of ['GET /new', 'POST /machines', 'GET /constructor', 'HEAD /machines']) {
    assert.throws(() => permit(route, admin), { code: 'FORBIDDEN' }, route);
    assert.throws(() => permit(route, null), { code: 'UNAUTHORIZED' }, route);
  }
});
