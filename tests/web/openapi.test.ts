import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastify from 'fastify';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { App } from '../../appliance/web/fastify.ts';
import { addRoutes } from '../../appliance/web/routes/index.ts';
import type { ApiParts } from '../../appliance/web/routes/parts.ts';
import { startWebBox } from '../helpers/web-box.ts';
import { machineOf, StoreInRam } from '../helpers/web-sources.ts';

type Operation = {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: { name: string; in: string }[];
  responses: Record<string, { description: string; content?: Record<string, { schema: TSchema }> }>;
};
type Document = { openapi: string; info: object; paths: Record<string, Record<string, Operation>> };

async function documentOf(box: Awaited<ReturnType<typeof startWebBox>>, cookie: string): Promise<Document> {
  const answer = await box.ask('/api/v1/openapi.json', { cookie });
  assert.equal(answer.status, 200);
  return answer.json as Document;
}

test('describes every route of the interface and no other', async (t) => {
  const box = await startWebBox(t);
  const document = await documentOf(box, await box.signIn());
  assert.match(document.openapi, /^3\.1\./);
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const declared: string[] = [];
  const bare = fastify();
  bare.addHook('onRoute', ({ method, url }) => {
    declared.push(`${String(method)} /api/v1${url.replace(/:(\w+)/g, '{$1}')}`);
  });
  addRoutes(bare as unknown as App, {} as ApiParts);
  const writable = declared.filter((route) => !route.startsWith('HEAD '));
  assert.ok(writable.length > 15);
  assert.deepEqual(described.sort(), writable.sort());
});

test('each operation says what it does and what it answers', async (t) => {
  const box = await startWebBox(t);
  const document = await documentOf(box, await box.signIn());
  for (const [path, methods] of Object.entries(document.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const where = `${method} ${path}`;
      assert.ok(operation.summary && operation.tags?.length === 1, where);
      assert.ok(operation.responses['200'] ?? operation.responses['204'], where);
      assert.ok(operation.responses.default, where);
      for (const name of path.match(/(?<=\{)\w+/g) ?? [])
        assert.ok(
          operation.parameters?.some((one) => one.in === 'path' && one.name === name),
          where,
        );
    }
  const open = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { security }]) =>
      security?.length === 0 ? [`${method} ${path}`] : [],
    ),
  );
  assert.deepEqual(open.sort(), [
    'get /api/v1/session',
    'get /api/v1/status',
    'post /api/v1/session',
    'post /api/v1/session/first',
    'post /api/v1/session/invitation',
    'post /api/v1/session/recovery',
  ]);
});

test('answers are of the shape that the document declares', async (t) => {
  const store = new StoreInRam();
  store.machines.set(1, machineOf(1));
  const box = await startWebBox(t, { store });
  const cookie = await box.signIn();
  const document = await documentOf(box, cookie);
  for (const [path, asked] of [
    ['/session', '/session'],
    ['/account/sessions', '/account/sessions'],
    ['/people', '/people'],
    ['/api-tokens', '/api-tokens'],
    ['/certificate', '/certificate'],
    ['/status', '/status'],
    ['/machines', '/machines'],
    ['/machines/{machine}', '/machines/1'],
    ['/machines/{machine}/range', '/machines/1/range?series=a&from=1&to=2&points=3'],
    ['/waiting', '/waiting'],
    ['/door', '/door'],
    ['/journal', '/journal'],
    ['/panel', '/panel'],
  ] as const) {
    const schema =
      document.paths[`/api/v1${path}`]?.get?.responses['200']?.content?.['application/json']?.schema;
    assert.ok(schema, path);
    const answer = await box.ask(`/api/v1${asked}`, { cookie });
    assert.equal(answer.status, 200, path);
    assert.deepEqual([...Value.Errors(schema, answer.json)], [], path);
  }
});
