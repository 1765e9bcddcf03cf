/** The copy beside the database: what is written is read again, and what was cut or damaged is known. */
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { recordKey } from '../../../appliance/store/keys.ts';
import type { Operation } from '../../../appliance/store/records/writer.ts';
import { openSpare, spareFolder, writeSpare } from '../../../appliance/store/recovery/spare.ts';
import { readFrames } from '../../../appliance/store/recovery/spare-form.ts';
import { emptyState, readSpare } from '../../../appliance/store/recovery/spare-state.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const put = (key: string, value: string): Operation => ({
  type: 'put',
  key: recordKey('n', key),
  value: Buffer.from(value),
});
const valuesIn = async (stateDir: string) => {
  const { state } = (await readSpare(spareFolder(stateDir)))!;
  const values = Object.fromEntries([...state.values].map(([key, value]) => [key.slice(3), String(value)]));
  return { seq: state.seq, isBroken: state.isBroken, values };
};

async function written(t: TestContext): Promise<{ stateDir: string; file: string }> {
  const stateDir = temporaryFolder(t);
  const state = emptyState();
  const spare = await openSpare(stateDir, { state, file: await writeSpare(stateDir, state) });
  await spare.append(1, [put('a', '1'), put('b', '1')]);
  await spare.append(2, [put('a', '2')]);
  await spare.append(3, [{ type: 'del', key: recordKey('n', 'b') }]);
  await spare.close();
  const folder = spareFolder(stateDir);
  return { stateDir, file: join(folder, readdirSync(folder)[0]!) };
}

test('what was written last is read again', async (t) => {
  const { stateDir } = await written(t);
  assert.deepEqual(await valuesIn(stateDir), { seq: 3, isBroken: false, values: { a: '2' } });
});

test('a write that was cut is not there, and no damage', async (t) => {
  const { stateDir, file } = await written(t);
  const found = await readSpare(spareFolder(stateDir));
  truncateSync(file, found!.file.end - 3);
  assert.deepEqual(await valuesIn(stateDir), { seq: 2, isBroken: false, values: { a: '2', b: '1' } });
});

test('a flipped bit in the middle is damage', async (t) => {
  const { stateDir, file } = await written(t);
  const bytes = readFileSync(file);
  const second = bytes.indexOf('NMSF', bytes.indexOf('NMSF') + 1);
  bytes[second + 15] = bytes[second + 15]! ^ 1;
  writeFileSync(file, bytes);
  assert.equal((await valuesIn(stateDir)).isBroken, true);
});

test('a copy that was written anew says the same and is shorter, and goes on', async (t) => {
  const { stateDir } = await written(t);
  const found = (await readSpare(spareFolder(stateDir)))!;
  const spare = await openSpare(stateDir, found);
  for (let seq = 4; seq < 100; seq++) await spare.append(seq, [put('a', 'x'.repeat(2000))]);
  const before = spare.bytes;
  await spare.compact();
  assert.ok(spare.bytes < before / 20, `${spare.bytes} of ${before}`);
  await spare.append(100, [put('c', '3')]);
  await spare.close();
  const { seq, values } = await valuesIn(stateDir);
  assert.deepEqual([seq, values.c, values.a?.length], [100, '3', 2000]);
  assert.equal(readdirSync(spareFolder(stateDir)).length, 1);
});

test('what follows the last whole write is overwritten by the next', async (t) => {
  const { stateDir, file } = await written(t);
  const { end } = (await readSpare(spareFolder(stateDir)))!.file;
  truncateSync(file, end);
  appendFileSync(file, 'NMSF and no more of it');
  const found = (await readSpare(spareFolder(stateDir)))!;
  const spare = await openSpare(stateDir, found);
  await spare.append(4, [put('d', '4')]);
  await spare.close();
  assert.deepEqual(await valuesIn(stateDir), { seq: 4, isBroken: false, values: { a: '2', d: '4' } });
});

test('a frame that nobody wrote is passed over as damage, although its checksum holds', async (t) => {
  const { file } = await written(t);
  const bytes = readFileSync(file);
  const [, second] = [...bytes.toString('latin1').matchAll(/NMSF/g)].map(({ index }) => index);
  // A kind that does not exist, and a key that is longer than its frame.
  for (const [offset, byte] of [
    [2, 9],
    [3, 0x7f],
  ]) {
    const forged = Buffer.from(bytes);
    forged[second! + 12 + offset!] = byte!;
    const end = second! + 12 + forged.readUInt32BE(second! + 4);
    const sum = crc32(forged.subarray(second! + 12, end), crc32(forged.subarray(second!, second! + 8)));
    forged.writeUInt32BE(sum, second! + 8);
    assert.equal(readFrames(forged).frames.length, readFrames(bytes).frames.length - 1);
    assert.equal(readFrames(forged).isBroken, true);
  }
});
