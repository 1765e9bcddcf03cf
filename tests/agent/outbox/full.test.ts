import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SmallDisk, whyNoDisk } from '../../faults/full/small-disk.ts';
import { Outboxes, replayed, type TestOutbox } from '../../helpers/outboxes.ts';

const skip = whyNoDisk() ?? false;
const run = '1'.padStart(32, '0');
const ram = { ticks: 100, bytes: 2 ** 20 };

function smallDisk(t: TestContext): { disk: SmallDisk; all: Outboxes } {
  const disk = new SmallDisk(256 * 1024);
  t.after(() => disk.remove());
  return { disk, all: new Outboxes(disk.folder, { width: 60 }) };
}

/** On disk, in RAM, or named as lost: each tick is one of them. */
async function assertAllKnown({ outbox }: TestOutbox): Promise<number[]> {
  const onDisk = (await replayed(outbox.replay())).get(run) ?? [];
  const known = new Set(onDisk);
  for (const { seq } of outbox.after(-1, Infinity, Infinity)) known.add(seq);
  for (const { first, last } of outbox.losses) for (let seq = first; seq <= last; seq++) known.add(seq);
  for (let seq = 0; seq <= outbox.newest; seq++) assert.ok(known.has(seq), `of tick ${seq} nothing is known`);
  return onDisk;
}

test('on a full disk what is new waits in RAM, one line says so, and it is written once there is room', {
  skip,
}, async (t) => {
  const { disk, all } = smallDisk(t);
  const machine = await all.open({ ram: { ...ram, ticks: 1_000 } });
  await machine.measure(24);
  disk.fill(0);
  await machine.measure(300);
  assert.ok(machine.outbox.size.ticks >= 200, `${machine.outbox.size.ticks} in RAM`);
  assert.deepEqual(machine.outbox.losses, []);
  assert.equal(all.lines.filter((line) => line.includes('level=error')).length, 1);
  disk.free();
  await machine.measure(6);
  assert.ok(machine.outbox.size.ticks <= 6);
  const onDisk = await assertAllKnown(machine);
  assert.ok(onDisk.length >= 324);
});

test('on a disk that has become read-only what is new waits in RAM, one line says so, and it is written once it can be', {
  skip,
}, async (t) => {
  const { disk, all } = smallDisk(t);
  const machine = await all.open({ ram: { ...ram, ticks: 1_000 } });
  disk.remount('ro');
  await machine.measure(300);
  assert.equal(machine.outbox.size.ticks, 300);
  const errors = all.lines.filter((line) => line.includes('level=error'));
  assert.equal(errors.length, 1);
  assert.match(errors[0]!, /EROFS|read-only/);
  disk.remount('rw');
  await machine.measure(6);
  assert.ok(machine.outbox.size.ticks <= 6);
  assert.ok((await assertAllKnown(machine)).length >= 300);
});

test('on a disk that stays full the oldest makes room for the newest, and is named', { skip }, async (t) => {
  const { disk, all } = smallDisk(t);
  const machine = await all.open({ ram });
  await machine.measure(600);
  await machine.outbox.stop();
  disk.fill(0);
  await machine.measure(400);
  assert.ok(machine.outbox.losses.length > 0);
  assert.equal(machine.outbox.losses[0]?.first, 0);
  await assertAllKnown(machine);
  const { losses } = machine.outbox;
  await machine.outbox.stop();
  const later = await all.open();
  assert.deepEqual(
    later.outbox.losses.map(({ last }) => last),
    losses.map(({ last }) => last),
  );
});
