import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../appliance/web/json-body.ts';

const limits = { jsonDepth: 8, jsonKeys: 512 };
const badRequest = { code: 'BAD_REQUEST' };

test('reads what JSON.parse reads, as long as it is small', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 4 }), (text) => {
      fc.pre(!/__proto__|constructor|prototype/.test(text));
      assert.deepEqual(parseJson(text, { jsonDepth: 99, jsonKeys: 99_999 }), JSON.parse(text));
    }),
  );
});

test('takes an empty body as none', () => {
  assert.equal(parseJson('', limits), undefined);
});

test('refuses what is too deep or has too many keys', () => {
  const nest = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  assert.ok(parseJson(nest(8), limits));
  assert.throws(() => parseJson(nest(9), limits), badRequest);
  assert.throws(() => parseJson(nest(100_000), limits), badRequest);
  const wide = (keys: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: keys }, (_, i) => [`k${i}`, 1])));
  assert.ok(parseJson(wide(512), limits));
  assert.throws(() => parseJson(wide(513), limits), badRequest);
});

test('refuses keys that reach into prototypes, and what is not JSON', () => {
  for (const text of [
    '{"__proto__":{"a":1}}',
    '{"a":{"constructor":1}}',
    '{"prototype":1}',
    '{',
    'NaN',
    '\ufeff{}',
  ])
    assert.throws(() => parseJson(text, limits), badRequest, text);
  assert.equal(({} as { a?: unknown }).a, undefined);
});
