import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlock } from '../../../appliance/store/blocks/block.ts';
import type { AppendBatch } from '../../../appliance/store/client/types.ts';
import { databaseAt } from '../../../appliance/store/database/database.ts';
import { rangeOf } from '../../../appliance/store/keys.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { gauge, runA, runB, TestStore, ticks } from '../../helpers/store-parts.ts';

const hourMs = 3_600_000;
const june = Date.UTC(2026, 5, 1);
type Context = Parameters<typeof TestStore.open>[0];

/** A box that boots in 1970, with a time service that comes later. */
async function box(t: Context) {
  const clock = new FakeClock(0);
  const state = { ntp: false, boot: 'first' };
  const clockSource = {
    synchronised: () => state.ntp,
    get boot() {
      return state.boot;
    },
  };
  const store = await TestStore.open(t, { clock, clockSource, config: { clock: 'auto' } });
  const machine = await store.machineWith([gauge('g')]);
  /** Ticks that were measured from this monotonic time of the box on, one each minute, as ingest would date them. */
  const send = (run: string, startMs: number, first: number, count: number): AppendBatch => {
    const { trusted, anchorMs } = store.store.clock.state();
    const wallAtZeroMs = startMs + anchorMs;
    const all = ticks(first, count, (seq) => [seq], 60_000);
    const batch = [{ machine, run, wallAtZeroMs, trusted, ...(trusted ? {} : { anchorMs }), ticks: all }];
    assert.deepEqual(store.append(batch).refused, []);
    return batch;
  };
  const sealNow = async () => {
    await clock.advance(hourMs);
    await store.store.turn();
  };
  const setClock = async (wallMs: number) => {
    clock.jumpWall(wallMs - clock.wallMs());
    state.ntp = true;
    await clock.advance(2_000);
    store.store.clock.state();
  };
  const found = async (fromMs: number, toMs: number): Promise<[minute: number, value: number][]> => {
    const points = Math.min(4000, Math.ceil((toMs - fromMs) / 60_000));
    const { columns, startMs, stepMs } = await store.store.reader.range({
      ...{ machine, names: ['g'], fromMs, toMs, points },
    });
    const mean = columns[0]?.mean ?? [];
    return mean.flatMap((value, at) =>
      value === null ? [] : [[(startMs + at * stepMs - fromMs) / 60_000, value]],
    );
  };
  const kinds = async () => (await store.store.journal.find({})).entries.map(({ kind }) => kind);
  return { clock, state, store, machine, send, sealNow, setClock, found, kinds };
}

const sequence = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => [from + at, from + at]);

test('what was measured before the clock was right is found at its true dates, in blocks and in RAM', async (t) => {
  const { clock, store, send, sealNow, setClock, found, kinds } = await box(t);
  const startMs = clock.monotonicMs();
  send(runB, startMs, 0, 30);
  await sealNow();
  send(runA, startMs, 30, 90);
  assert.equal((await found(0, 4 * hourMs)).length, 120, 'dated by what the box takes for the time');
  await setClock(june + clock.monotonicMs());
  assert.deepEqual(await found(june, june + 4 * hourMs), sequence(90, 30), 'RAM, at once');
  await store.store.turn();
  assert.deepEqual(await found(june, june + 4 * hourMs), sequence(120));
  assert.deepEqual(await found(0, 4 * hourMs), []);
  assert.deepEqual(store.store.undated.list(), []);
  assert.ok((await kinds()).includes('clock.redated'));
  assert.equal(store.store.samples.latest(1)[0]?.tMs, june + 119 * 60_000, 'latest values too');
});

test('what was dated anew stays so through restarts, is in one block only, and is not taken again', async (t) => {
  const { clock, store, send, sealNow, setClock, found } = await box(t);
  const startMs = clock.monotonicMs();
  const sealed = send(runB, startMs, 0, 30);
  await sealNow();
  const inLog = send(runA, startMs, 30, 10);
  await store.store.turn();
  await setClock(june + clock.monotonicMs());
  await store.restart();
  assert.deepEqual(await found(june, june + 2 * hourMs), sequence(10, 30), 'the log is dated as it is read');
  await store.store.turn();
  await store.restart();
  assert.deepEqual(await found(june, june + 2 * hourMs), sequence(40));
  store.append([...sealed, ...inLog]);
  assert.equal(store.store.samples.counts.duplicates, 40);
  await sealNow();
  await store.stop();
  const seqs: number[] = [];
  const database = databaseAt(`${store.folder}/db`);
  await database.open({ createIfMissing: false });
  for await (const bytes of database.values(rangeOf('block'))) {
    const block = openBlock(bytes as Buffer);
    assert.equal(block.header.trusted, true);
    seqs.push(...block.ticks().seqs);
  }
  await database.close();
  assert.deepEqual(
    seqs.sort((a, b) => a - b),
    Array.from({ length: 40 }, (_, seq) => seq),
  );
});

test('a run of an earlier boot is dated once it goes on in a trusted one; one that does not keeps its date and is kept', async (t) => {
  const { clock, state, store, machine, send, sealNow, setClock, found, kinds } = await box(t);
  const startMs = clock.monotonicMs();
  send(runA, startMs, 0, 30);
  send(runB, startMs, 0, 5);
  await sealNow();
  state.boot = 'second';
  await store.restart();
  await setClock(june + clock.monotonicMs());
  await store.store.turn();
  assert.deepEqual(await found(june, june + 4 * hourMs), []);
  await clock.advance(2 * hourMs);
  send(runA, startMs, 120, 1);
  await store.store.turn();
  assert.deepEqual(await found(june, june + 4 * hourMs), [...sequence(30), [120, 120]]);
  const [left, ...others] = store.store.undated.list();
  assert.deepEqual([left?.run, others], [runB, []]);
  assert.equal(store.store.undated.has(machine, runB.slice(0, 8), left!.fromMs), true);
  assert.equal(store.store.undated.has(machine, runA.slice(0, 8), left!.fromMs), false);
  assert.ok((await kinds()).includes('clock.undated'));
});

test('late ticks with an old dating are dated by what is known meanwhile', async (t) => {
  const { clock, store, machine, send, setClock, found } = await box(t);
  const startMs = clock.monotonicMs();
  const { anchorMs } = store.store.clock.state();
  await clock.advance(2 * hourMs);
  await setClock(june + clock.monotonicMs());
  send(runA, startMs, 10, 1);
  const late = ticks(0, 10, (seq) => [seq], 60_000);
  const untrusted = { machine, wallAtZeroMs: startMs + anchorMs, trusted: false };
  store.append([{ ...untrusted, run: runB, anchorMs, ticks: late }]);
  store.append([{ ...untrusted, run: runA, wallAtZeroMs: 5, ticks: ticks(11, 2, (seq) => [seq], 60_000) }]);
  assert.deepEqual(await found(june, june + hourMs), sequence(13));
});

test('what is on its way when the clock is moved by two sources is not taken for old or for the future', async (t) => {
  const { clock, store, machine, setClock } = await box(t);
  await setClock(june + clock.monotonicMs());
  await clock.advance(hourMs);
  const { anchorMs } = store.store.clock.state();
  const dated = { machine, run: runA, wallAtZeroMs: clock.monotonicMs() + anchorMs, trusted: true };
  clock.jumpWall(-24 * hourMs);
  store.store.clock.vote([{ machine: 9, anchorMs: clock.wallMs() - clock.monotonicMs() }]);
  store.store.clock.vote([{ machine: 8, anchorMs: clock.wallMs() - clock.monotonicMs() }]);
  assert.equal(store.store.clock.wallMs(), clock.wallMs());
  assert.deepEqual(store.append([{ ...dated, ticks: ticks(0, 2, (seq) => [seq]) }]).refused, []);
  await clock.advance(hourMs);
  const later = store.append([{ ...dated, ticks: ticks(2, 2, (seq) => [seq]) }]).refused;
  assert.equal(later[0]?.code, 'IN_FUTURE');
});
