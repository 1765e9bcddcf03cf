import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../helpers/folder.ts';
import { Outboxes, replayed, stepMs } from '../../helpers/outboxes.ts';

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const runs = (count: number) => String(count).padStart(32, '0');
const segments = (all: Outboxes) =>
  readdirSync(all.folder).map((name) => ({ name, path: join(all.folder, name) }));
const made = (t: TestContext, o: { bytes?: number; width?: number } = {}) =>
  new Outboxes(temporaryFolder(t), o);

test('nothing is written while the box answers', async (t) => {
  const all = made(t);
  const machine = await all.open();
  machine.outbox.answering = true;
  for (let minute = 0; minute < 30; minute++) {
    await machine.measure(12);
    machine.outbox.acknowledge(machine.outbox.run, [[0, machine.outbox.newest - 6]]);
  }
  assert.deepEqual(segments(all), []);
  assert.equal(machine.outbox.size.ticks, 6);
});

test('a box that is away longer than a minute finds what it missed on disk, every half minute a write', async (t) => {
  const all = made(t);
  const machine = await all.open();
  await machine.measure(11);
  assert.deepEqual(segments(all), []);
  await machine.measure(60);
  assert.equal(machine.outbox.size.disk.segments, 1);
  assert.ok(machine.outbox.size.ticks <= 7, `${machine.outbox.size.ticks} in RAM`);
  const onDisk = machine.outbox.size.disk.ticks;
  assert.ok(onDisk >= 65, `${onDisk} on disk`);
  assert.deepEqual((await replayed(machine.outbox.replay())).get(runs(1)), range(0, onDisk - 1));
});

test('a box that takes and never acknowledges: after five minutes it is on disk, and stays where it is being sent from', async (t) => {
  const all = made(t);
  const machine = await all.open();
  machine.outbox.answering = true;
  await machine.measure(59);
  assert.equal(machine.outbox.size.disk.ticks, 0);
  await machine.measure(21);
  assert.ok(machine.outbox.size.disk.ticks > 60);
  assert.equal(machine.outbox.size.ticks, 80);
  machine.outbox.acknowledge(machine.outbox.run, [[0, 79]]);
  await machine.outbox.stop();
  assert.deepEqual(segments(all), []);
});

test('without a box that wants it nothing is written', async (t) => {
  const all = made(t);
  all.wanted = false;
  const machine = await all.open();
  await machine.measure(100);
  await machine.outbox.stop();
  assert.deepEqual(segments(all), []);
  assert.equal(machine.outbox.size.ticks, 100);
});

test('what an earlier run left comes with its run and its clock, and goes when the box has all of it', async (t) => {
  const all = made(t);
  const first = await all.open();
  await first.measure(40);
  await first.outbox.stop();
  const second = await all.open();
  await second.measure(30);
  await second.outbox.stop();
  const third = await all.open();
  assert.equal(third.outbox.size.disk.ticks, 70);
  const replay = third.outbox.replay();
  const portion = await replay.next(() => 10);
  assert.deepEqual([portion?.run, portion?.clocks.length], [runs(1), 1]);
  assert.equal(replay.outstanding, 10);
  third.outbox.acknowledge(runs(1), [[0, 8]]);
  assert.equal(replay.outstanding, 1);
  const rest = await replayed(replay);
  assert.deepEqual([...rest.keys()], [runs(1), runs(2)]);
  assert.deepEqual(rest.get(runs(1)), range(10, 39));
  third.outbox.acknowledge(runs(2), [[0, 29]]);
  third.outbox.acknowledge(runs(1), [[0, 38]]);
  assert.equal(third.outbox.size.disk.ticks, 1);
  third.outbox.acknowledge(runs(1), [[39, 39]]);
  await third.outbox.stop();
  assert.deepEqual(segments(all), []);
});

test('drops the oldest beyond its size, names the exact range, and still does so after a cut', async (t) => {
  const bytes = 64 * 1024;
  const all = made(t, { bytes, width: 20 });
  const machine = await all.open();
  await machine.measure(3_000);
  const { disk, dropped } = machine.outbox.size;
  assert.ok(disk.bytes <= bytes, `${disk.bytes} bytes`);
  assert.equal(dropped.length, 1);
  const last = dropped[0]!.last;
  assert.equal(dropped[0]?.first, 0);
  const kept = (await replayed(machine.outbox.replay())).get(runs(1))!;
  assert.equal(kept[0], last + 1);
  const startMs = all.clock.wallMs() - 3_000 * stepMs;
  for (const { first, fromMs, synchronised } of dropped) {
    assert.equal(fromMs, startMs + (first + 1) * stepMs);
    assert.ok(synchronised);
  }
  const later = await all.open();
  assert.deepEqual(later.outbox.losses, dropped);
  later.outbox.reported(later.outbox.losses);
  later.outbox.acknowledge(runs(1), [[0, 5_000]]);
  await later.outbox.stop();
  assert.deepEqual(segments(all), []);
});

test('a disk that takes nothing: all stays in RAM, one line says so, and all is written when it works again', async (t) => {
  const all = made(t);
  const machine = await all.open({ ram: { ticks: 200, bytes: 2 ** 20 } });
  rmSync(all.folder, { recursive: true });
  writeFileSync(all.folder, 'in the way');
  await machine.measure(100);
  assert.equal(machine.outbox.size.ticks, 100);
  assert.equal(all.lines.filter((line) => line.includes('cannot be written')).length, 1);
  await machine.measure(150);
  assert.deepEqual(
    machine.outbox.losses.map(({ first, last, why }) => [first, last, why]),
    [[0, 49, 'disk']],
  );
  rmSync(all.folder);
  await machine.measure(12);
  assert.ok(all.lines.some((line) => line.includes('on disk again')));
  const found = (await replayed(machine.outbox.replay())).get(runs(1))!;
  assert.equal(found[0], machine.outbox.losses[0]!.last + 1);
  assert.ok(found.length >= 200);
});

test('a damaged segment costs itself only, and what it cost is told with its dates', async (t) => {
  const all = made(t, { bytes: 256 * 1024 });
  const machine = await all.open();
  await machine.measure(4_000);
  await machine.outbox.stop();
  const files = segments(all);
  assert.ok(files.length >= 3);
  const victim = files[1]!;
  const bytes = readFileSync(victim.path);
  bytes.fill(0x55, 0, 8);
  writeFileSync(victim.path, bytes);
  const later = await all.open();
  const found = (await replayed(later.outbox.replay())).get(runs(1))!;
  const lost = later.outbox.losses.flatMap(({ first, last }) => range(first, last));
  assert.equal(later.outbox.losses.length, 1);
  assert.ok(lost.length > 0 && lost.length < 2_000);
  assert.deepEqual(
    [...found, ...lost].sort((a, b) => a - b),
    range(0, 3_999),
  );
  assert.equal(later.outbox.losses[0]?.why, 'damage');
  assert.ok(!segments(all).some(({ name }) => name === victim.name));
});

test('bytes that change while it lies there are found when it is read', async (t) => {
  const all = made(t);
  const machine = await all.open();
  await machine.measure(400);
  await machine.outbox.stop();
  const later = await all.open();
  const { path } = segments(all)[0]!;
  const bytes = readFileSync(path);
  bytes[Math.floor(bytes.length / 2)]! ^= 4;
  writeFileSync(path, bytes);
  const found = (await replayed(later.outbox.replay())).get(runs(1))!;
  const lost = later.outbox.losses.flatMap(({ first, last }) => range(first, last));
  assert.ok(lost.length > 0 && lost.length <= 128);
  assert.deepEqual(
    [...found, ...lost].sort((a, b) => a - b),
    range(0, 399),
  );
});

test('whatever the box does, every tick is acknowledged, waiting or named as lost', async (t) => {
  const all = made(t, { bytes: 2 ** 20 });
  let random = 7;
  const draw = (below: number) => {
    random = (random * 16807) % 2147483647;
    return random % below;
  };
  const produced = new Map<string, number>();
  const acked = new Map<string, Set<number>>();
  let machine = await all.open();
  for (let step = 0; step < 120; step++) {
    const { run } = machine.outbox;
    await machine.measure(draw(30));
    produced.set(run, machine.outbox.newest + 1);
    const which = draw(4);
    if (which === 0) machine.outbox.answering = !(step % 2);
    else if (which === 1) {
      const [first, other] = [draw(400), runs(1 + draw(Number(run)))];
      machine.outbox.acknowledge(other, [[first, first + 60]]);
      const known = acked.get(other) ?? new Set();
      for (const seq of range(first, Math.min(first + 60, (produced.get(other) ?? 0) - 1))) known.add(seq);
      acked.set(other, known);
    } else if (which === 2) await replayed(machine.outbox.replay());
    else if (step % 5 === 0) {
      await machine.outbox.stop();
      machine = await all.open();
    }
  }
  await machine.outbox.stop();
  const found = await replayed((await all.open()).outbox.replay());
  for (const [run, count] of produced) {
    const here = new Set(found.get(run));
    for (const seq of range(0, count - 1))
      assert.ok(here.has(seq) || acked.get(run)?.has(seq), `tick ${seq} of run ${Number(run)}`);
  }
});
