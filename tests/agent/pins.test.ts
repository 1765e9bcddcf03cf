import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type PinOptions, Pins } from '../../agent/pins.ts';
import { createLog } from '../../appliance/runtime/log.ts';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const C = 'c'.repeat(64);
let folder: string;
let doorFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nm-pins-'));
  doorFile = join(folder, 'public', 'door.json');
  await mkdir(join(folder, 'public'), { mode: 0o755 });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const quiet = createLog({ name: 'agent', level: 'error', write: () => undefined });
const pins = (o: Partial<PinOptions> = {}) =>
  new Pins({ typed: '', doorFile: '', savedFile: join(folder, 'box.json'), log: quiet, ...o });
const door = (hash: string) =>
  JSON.stringify({ addresses: ['127.0.0.1'], port: 7411, hash, name: 'netmonitor-abcd' });

test('trusts nobody at first', async () => {
  assert.equal(await pins().current(), undefined);
});

test('keeps a yes over a restart, for nobody else to read, until it is taken back', async () => {
  await pins().save(A, 'netmonitor-abcd');
  assert.deepEqual(await pins().current(), { hash: A, source: 'person' });
  assert.equal((await stat(join(folder, 'box.json'))).mode & 0o777, 0o600);
  await pins().forget();
  assert.equal(await pins().current(), undefined);
});

test('what was typed wins over the door file, the door file over a yes', async () => {
  await pins().save(A, '');
  await writeFile(doorFile, door(B), { mode: 0o644 });
  assert.deepEqual(await pins({ doorFile }).current(), { hash: B, source: 'door-file' });
  assert.deepEqual(await pins({ doorFile, typed: C }).current(), { hash: C, source: 'typed' });
});

test('a machine with a door file trusts nobody before the file is there', async () => {
  await pins().save(A, '');
  assert.equal(await pins({ doorFile }).current(), undefined);
});

test('a door file that somebody else could have written is not believed', async () => {
  await writeFile(doorFile, door(B), { mode: 0o644 });
  await chmod(join(folder, 'public'), 0o777);
  assert.equal(await pins({ doorFile }).current(), undefined);
  await chmod(join(folder, 'public'), 0o755);
  await chmod(doorFile, 0o666);
  assert.equal(await pins({ doorFile }).current(), undefined);
});

for (const text of ['', '{}', 'null', door('xyz'), door(A.toUpperCase())]) {
  test(`a door file that says ${JSON.stringify(text.slice(0, 60))} is not believed`, async () => {
    await writeFile(doorFile, text, { mode: 0o644 });
    assert.equal(await pins({ doorFile }).current(), undefined);
  });
}

test('a damaged yes trusts nobody', async () => {
  await writeFile(join(folder, 'box.json'), '{"hash":', { mode: 0o600 });
  assert.equal(await pins().current(), undefined);
});
