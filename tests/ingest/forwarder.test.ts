import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Durable, Forwarder, type ForwarderLimits } from '../../appliance/ingest/forwarder.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import type { StoreClient } from '../../appliance/store/client/client.ts';
import { FakeClock } from '../helpers/clock.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

const silent = createLog({ name: 'x', level: 'error', write: () => undefined });
const run = 'a'.repeat(32);
const tick = (seq: number) => ({ seq, runMs: seq, values: [seq] });

async function setup(
  machines = 3,
  limits?: ForwarderLimits,
  change: (client: StoreClient) => void = () => undefined,
) {
  const store = new MemoryStore();
  const clock = new FakeClock();
  const client = store.client();
  change(client);
  for (let machine = 1; machine <= machines; machine++) {
    await client.admit({ key: String(machine), name: 'pc', by: 'x', local: false });
  }
  const acked = new Set<string>();
  const refused: string[] = [];
  const full: boolean[] = [];
  const on = {
    onDurable: ({ machine, run: of, seqs }: Durable) => {
      for (const [first, last] of seqs) {
        for (let seq = first; seq <= last; seq++) {
          const held = store.held(machine, of).some((one) => one.tick.seq === seq);
          assert.ok(held, `${machine} ${seq} is acknowledged and not on disk`);
          acked.add(`${machine} ${seq}`);
        }
      }
    },
    onRefused: (machine: number, code: string) => refused.push(`${machine} ${code}`),
    onFull: () => full.push(true),
    onRoom: () => full.push(false),
  };
  const forwarder = new Forwarder({ store: client, clock, log: silent, on, ...(limits ? { limits } : {}) });
  await forwarder.start();
  const push = (machine: number, ...seqs: number[]) =>
    forwarder.push({ machine, run, wallAtZeroMs: 0, trusted: true }, seqs.map(tick));
  return { store, clock, forwarder, acked, refused, full, push };
}

test('ticks of a tenth of a second go in one batch, those of one machine and run as one entry', async () => {
  const { store, clock, push, forwarder } = await setup();
  await clock.advance(0);
  push(1, 0);
  push(2, 0);
  await clock.advance(90);
  push(1, 1);
  assert.equal(store.appends.length, 0);
  await clock.advance(20);
  assert.equal(store.appends.length, 1);
  assert.deepEqual(
    store.appends[0]?.map((entry) => [entry.machine, entry.ticks.length]),
    [
      [1, 2],
      [2, 1],
    ],
  );
  await forwarder.stop();
  assert.equal(clock.timers, 0);
});

test('whatever the store suffers, what is acknowledged is on disk, and in the end everything is, once', async () => {
  const action = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('push' as const), machine: fc.integer({ min: 1, max: 3 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 2_000 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom('commit' as const, 'commitOne' as const, 'crash' as const, 'comeBack' as const),
      }),
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 60, size: 'max' }), async (actions) => {
      const { store, clock, forwarder, acked, push } = await setup();
      store.commitAtOnce = false;
      const pushed: string[] = [];
      for (const [seq, one] of actions.entries()) {
        if (one.do === 'push') {
          push(one.machine, seq);
          pushed.push(`${one.machine} ${seq}`);
        } else if (one.do === 'wait') await clock.advance(one.ms);
        else if (one.do === 'commit' && !store.away) store.commit();
        else if (one.do === 'commitOne' && !store.away) store.commit(1);
        else if (one.do === 'crash') store.crash();
        else if (one.do === 'comeBack' && store.away) store.comeBack();
      }
      store.commitAtOnce = true;
      if (store.away) store.comeBack();
      for (let turn = 0; turn < 5; turn++) {
        await clock.advance(3_000);
        store.commit();
      }
      assert.deepEqual([...acked].toSorted(), pushed.toSorted());
      const held = [1, 2, 3].flatMap((machine) =>
        store.held(machine).map((one) => `${machine} ${one.tick.seq}`),
      );
      assert.deepEqual(held.toSorted(), pushed.toSorted());
      assert.equal(forwarder.bytes, 0);
      await forwarder.stop();
    }),
    { numRuns: 60 },
  );
});

test('one machine’s bad entry does not hold up the others', async () => {
  const { store, clock, acked, refused, push } = await setup(3, undefined, (client) => {
    const append = client.append;
    client.append = async (batch) => {
      if (batch.some((entry) => entry.machine === 2)) throw new Failure('BAD_REQUEST', 'width');
      return append(batch);
    };
  });
  await clock.advance(0);
  push(1, 0);
  push(2, 0);
  push(3, 0);
  for (let turn = 0; turn < 20; turn++) await clock.advance(100);
  assert.deepEqual([...acked].toSorted(), ['1 0', '3 0']);
  assert.deepEqual(refused, ['2 BAD_REQUEST']);
  assert.equal(store.held(2).length, 0);
});

test('ticks that are too old count as handled, ticks of an unknown machine do not', async () => {
  const { store, clock, acked, refused, push, forwarder } = await setup(2);
  await clock.advance(0);
  store.refuse.set(2, 'UNKNOWN_SERIES');
  push(1, 0);
  push(2, 0);
  push(9, 0);
  await clock.advance(100);
  await clock.advance(100);
  assert.deepEqual([...acked], ['1 0']);
  assert.deepEqual(refused.toSorted(), ['2 UNKNOWN_SERIES', '9 NOT_FOUND']);
  assert.equal(forwarder.bytes, 0);
});

test('it says when it is full and when there is room again', async () => {
  const limits = { bytes: 1_000, batchBytes: 400, delayMs: 10, retryMs: 100 };
  const { store, clock, full, push, forwarder } = await setup(1, limits);
  store.commitAtOnce = false;
  for (let seq = 0; seq < 5; seq++) push(1, seq);
  assert.deepEqual(full, []);
  for (let seq = 5; seq < 8; seq++) push(1, seq);
  assert.deepEqual(full, [true]);
  await clock.advance(500);
  store.commit();
  assert.deepEqual(full, [true, false]);
  assert.equal(forwarder.bytes, 0);
});

test('nothing of a removed machine is kept', async () => {
  const { store, clock, push, forwarder } = await setup(2);
  store.away = true;
  push(1, 0);
  push(2, 0);
  forwarder.forget(1);
  store.comeBack();
  await clock.advance(2_000);
  await clock.advance(100);
  assert.equal(store.held(1).length, 0);
  assert.equal(store.held(2).length, 1);
  assert.equal(forwarder.bytes, 0);
});

test('a batch whose answer comes after the store has changed goes again', async () => {
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { store, clock, acked, push } = await setup(1, undefined, (client) => {
    const append = client.append;
    client.append = async (batch) => {
      const appended = await append(batch);
      await held;
      return appended;
    };
  });
  store.commitAtOnce = false;
  push(1, 0);
  await clock.advance(100);
  assert.equal(store.ticksInRam, 1);
  store.crash();
  store.comeBack();
  store.commitAtOnce = true;
  answer();
  await clock.advance(1_000);
  await clock.advance(100);
  assert.equal(store.held(1).length, 1);
  assert.deepEqual([...acked], ['1 0']);
});

test('only batches that are on disk are acknowledged', async () => {
  const { store, clock, acked, push } = await setup(1);
  await clock.advance(0);
  store.commitAtOnce = false;
  push(1, 0);
  await clock.advance(100);
  push(1, 1);
  await clock.advance(100);
  assert.equal(store.ticksInRam, 2);
  store.commit(1);
  assert.deepEqual([...acked], ['1 0']);
  store.commit(1);
  assert.deepEqual([...acked], ['1 0', '1 1']);
});
