import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { admitAtTheBox, Computer } from '../helpers/machine.ts';

/** A machine is started, seen, and goes on measuring while its box is away; `outbox_after` is a second instead of a minute. */
let box: Appliance;
let computer: Computer;
/** Of the chart. */
const stepMs = 5_000;
/** How much the box misses: far more than a machine that is busy with other things ever leaves out. */
const missedTicks = 12;
/** Looked at seldom: what is waited for takes seconds. */
const patience = { everyMs: 500, withinMs: 300_000 };

before(async () => {
  box = await Appliance.start({
    daemons: ['store', 'ingest'],
    flags: { store: ['--commit-interval', '200ms'] },
  });
  const { id } = await box.ingest.door();
  computer = await Computer.create({
    name: 'front-desk',
    flags: ['--box', `127.0.0.1:${box.ports.door}`, '--box-hash', id, '--outbox-after', '1s'],
  });
});
after(async () => {
  await computer?.remove();
  await box?.stop();
});

test('a box that was away has no gap in the chart once it is back', async () => {
  computer.start();
  const { machine } = await admitAtTheBox(box, 'front-desk');
  const name = 'system.memory.utilization';
  const fromMs = await eventually('it is seen', async () => {
    const [first] = (await box.store.latest(machine)).filter((one) => one.name === name);
    return first?.tMs;
  });
  for (const daemon of ['ingest', 'store'] as const) await box.program(daemon).end();
  const awayMs = Date.now();
  const waiting = async () => (await computer.status()).outbox;
  // What was measured while the box stopped may be on disk, too.
  const { newest: lastBefore } = await waiting();
  await eventually(
    'what the box misses is on disk',
    async () => {
      const { disk, newest } = await waiting();
      return disk.ticks >= missedTicks && newest - lastBefore > missedTicks;
    },
    patience,
  );
  for (const daemon of ['store', 'ingest'] as const) box.startDaemon(daemon);
  await box.ready();
  const backMs = Date.now();
  await computer.tryNow();
  await eventually(
    'all of it has arrived',
    async () => {
      const { disk, ticks } = await waiting();
      return disk.ticks === 0 && ticks <= 2;
    },
    patience,
  );
  const toMs = await eventually(
    'the present has arrived, too',
    async () => {
      const newest = (await box.store.latest(machine)).find((one) => one.name === name)?.tMs ?? 0;
      return newest > backMs && newest;
    },
    patience,
  );

  assert.ok(backMs - awayMs > 2 * stepMs, `the box was away for ${backMs - awayMs} ms only`);
  const range = { machine, names: [name], fromMs, toMs, points: Math.ceil((toMs - fromMs) / stepMs) };
  const { columns, stepMs: shownMs } = await box.store.range(range);
  assert.ok(shownMs <= stepMs);
  // The last bucket may only have begun.
  const chart = columns[0]!.mean.slice(0, -1);
  assert.ok(chart.length >= 3 && !chart.includes(null), `${chart}`);
  // Ticks are numbered from 0. The samples are looked at first: none that comes later stands in for one that is missing.
  const samples = await eventually(
    'every tick is a sample',
    async () => {
      const { times } = await box.store.exportPage({ ...range, fromMs: 0, toMs: Date.now(), tier: 'raw' });
      const { newest, dropped } = await waiting();
      assert.deepEqual(dropped, []);
      return times.length === newest + 1 && times;
    },
    patience,
  );
  const away = samples.filter((tMs) => tMs > awayMs && tMs < backMs);
  assert.ok(away.length >= missedTicks, `${away.length} samples of the time without a box`);
});
