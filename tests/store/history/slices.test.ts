import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWriter } from '../../../appliance/protocol/bytes.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { BlockMaker } from '../../../appliance/store/blocks/seal.ts';
import { Room } from '../../../appliance/store/codec/room.ts';
import { openDatabase } from '../../../appliance/store/database/level.ts';
import { joined, type Slice, slicesOf } from '../../../appliance/store/history/slices.ts';
import { BlockIndex } from '../../../appliance/store/recovery/block-index.ts';
import { Head } from '../../../appliance/store/samples/head.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { runA, runB, ticks } from '../../helpers/store-parts.ts';

const arrival = { machine: 1, run: runA, wallAtZeroMs: 1_000_000, trusted: true };

const onDamage = () => assert.fail('nothing is damaged');

function headWith(first: number, count: number, run = runA): Head {
  const head = new Head(new ByteWriter());
  for (const tick of ticks(first, count, (seq) => [seq, seq * 2]))
    head.append({ ...arrival, run }, tick, { segment: 1 });
  return head;
}

test('a tick that is in a block and still in RAM is seen once', async (t) => {
  const database = await openDatabase({ stateDir: temporaryFolder(t), lockWaitMs: 0, clock: systemClock });
  const head = headWith(0, 50);
  for (const { key, bytes } of new BlockMaker().blocksOf(1, head.chains)) await database.put(key, bytes);
  const query = { machine: 1, fromMs: 0, toMs: 1e9, wanted: [1, 7], onDamage };
  for (const [chains, count] of [
    [head.chains, 50],
    [headWith(20, 60).chains, 80],
  ] as const) {
    const times: number[] = [];
    for await (const slice of slicesOf(database, chains, query)) {
      times.push(...slice.times);
      assert.deepEqual(
        [...slice.columns[0]!],
        [...slice.times].map((tMs) => ((tMs - 1_000_000) / 5000) * 2),
      );
      assert.ok(slice.columns[1]!.every(Number.isNaN));
    }
    assert.deepEqual(
      times,
      [...new Set(times)].sort((a, b) => a - b),
    );
    assert.equal(times.length, count);
  }
  await database.close();
});

test('a range sees what was there when it began, whatever is sealed meanwhile', async (t) => {
  const database = await openDatabase({ stateDir: temporaryFolder(t), lockWaitMs: 0, clock: systemClock });
  const head = headWith(0, 30);
  const query = { machine: 1, fromMs: 0, toMs: 1e9, wanted: [0], onDamage };
  const slices = slicesOf(database, head.chains, query);
  const first = slices.next();
  for (const { key, bytes } of new BlockMaker().blocksOf(1, head.beginSeal())) await database.put(key, bytes);
  head.endSeal();
  assert.equal((await first).value?.times.length, 30);
  assert.equal((await slices.next()).done, true);
  await database.close();
});

test('another machine and another time are not read', async (t) => {
  const database = await openDatabase({ stateDir: temporaryFolder(t), lockWaitMs: 0, clock: systemClock });
  for (const { key, bytes } of new BlockMaker().blocksOf(2, headWith(0, 30, runB).chains))
    await database.put(key, bytes);
  for (const { key, bytes } of new BlockMaker().blocksOf(1, headWith(0, 30).chains))
    await database.put(key, bytes);
  const read = async (fromMs: number, toMs: number) => {
    const found = [];
    const query = { machine: 1, fromMs, toMs, wanted: [0], onDamage };
    for await (const slice of slicesOf(database, [], query)) found.push(slice.times.length);
    return found;
  };
  assert.deepEqual(await read(0, 2_000_000), [30]);
  assert.deepEqual(await read(1_144_000, 1_146_000), [30], 'it only ends in the range');
  assert.deepEqual(await read(1_146_000, 2_000_000), []);
  assert.deepEqual(await read(0, 1_000_000), []);
  await database.close();
});

test('a block that has to be there and is not is damage with its times, and none before it has to be', async (t) => {
  const database = await openDatabase({ stateDir: temporaryFolder(t), lockWaitMs: 0, clock: systemClock });
  const [block] = new BlockMaker().blocksOf(1, headWith(0, 50).chains);
  const expected = new BlockIndex();
  const damages: { fromMs: number; toMs?: number }[] = [];
  const query = { machine: 1, fromMs: 0, toMs: 1e9, wanted: [1], expected };
  const look = async () => {
    damages.length = 0;
    const slices = slicesOf(database, [], { ...query, onDamage: (damage) => damages.push(damage) });
    for await (const slice of slices) assert.equal(slice.times.length, 50);
    return damages.map(({ fromMs, toMs }) => [fromMs, toMs]);
  };
  assert.deepEqual(await look(), []);
  expected.put({ key: block!.key, crc: 1, spanMs: 49 * 5000 });
  assert.deepEqual(await look(), [[1_000_000, 1_000_000 + 49 * 5000 + 1]]);
  await database.put(block!.key, block!.bytes);
  assert.deepEqual(await look(), []);
  await database.close();
});

test("what a slice was decoded in is nobody else's until the next one is asked for, and free then", async () => {
  const room = new Room();
  const slices = [0, 10, 20].map((startMs): Slice => {
    const times = room.take(2);
    times.set([startMs, startMs + 5]);
    return { startMs, endMs: startMs + 5, times, columns: [room.take(2).fill(startMs)], runs: 1 };
  });
  const arrays = slices.flatMap(({ times, columns }) => [times, ...columns]);
  let seen = 0;
  for await (const { startMs, times, columns } of joined(slices, room)) {
    // Another question decodes while this one looks.
    const others = Array.from({ length: 30 }, () => room.take(2).fill(Number.NaN));
    assert.equal(others.filter((one) => arrays.includes(one)).length, seen === 0 ? 0 : 2);
    assert.deepEqual(
      [[...times], ...columns.map((one) => [...one])],
      [
        [startMs, startMs + 5],
        [startMs, startMs],
      ],
    );
    seen++;
  }
  assert.equal(seen, 3);
});
