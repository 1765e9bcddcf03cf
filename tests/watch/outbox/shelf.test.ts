// Deliveries on disk: a reading that comes late must not bring back what is done.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../appliance/runtime/errors.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import type { Delivery } from '../../../appliance/watch/client/channels.ts';
import { Shelf } from '../../../appliance/watch/outbox/shelf.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { WatchStoreInRam } from '../../helpers/watch-store.ts';

const log = createLog({ name: 'watch', level: 'error', write: () => undefined });

function deliveryOf(id: string): Delivery {
  return {
    ...{ id, channel: 'mail', state: 'waiting', items: [], madeMs: 1, dueMs: null, tries: 0, words: '' },
    ...{ doneMs: null, messageId: 'x', left: null, also: [], instead: [], handedTo: null },
  };
}

test('a delivery that ends while the shelf is being read stays at its end', async () => {
  const clock = new FakeClock();
  const store = new WatchStoreInRam({ anchorMs: 0, wallMs: () => clock.wallMs() }).client();
  let answer: () => void = () => undefined;
  const slow = {
    ...store,
    records: async (...asked: Parameters<typeof store.records>) => {
      const found = await store.records(...asked);
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return found;
    },
  };
  const shelf = new Shelf({ store: slow, clock, log, closing: new AbortController().signal });
  await shelf.put([deliveryOf('a'), deliveryOf('b')]);
  const reading = shelf.load(() => false);
  await clock.advance(1);
  await shelf.finish({ ...deliveryOf('a'), state: 'sent', doneMs: 5 }, [], []);
  await shelf.put([{ ...deliveryOf('b'), tries: 3 }]);
  answer();
  await reading;
  assert.deepEqual(
    shelf.all().map(({ id, tries }) => [id, tries]),
    [['b', 3]],
  );
  assert.deepEqual(
    (await shelf.list(10)).map(({ id, state }) => [id, state]),
    [
      ['b', 'waiting'],
      ['a', 'sent'],
    ],
  );
});

test('a delivery that ends while all are listed is in the list, once', async () => {
  const clock = new FakeClock();
  const store = new WatchStoreInRam({ anchorMs: 0, wallMs: () => clock.wallMs() });
  const shelf = new Shelf({ store: store.client(), clock, log, closing: new AbortController().signal });
  await shelf.put([deliveryOf('a')]);
  const listed = async () => (await shelf.list(10)).map(({ id, state }) => `${id} ${state}`);
  const seen: Promise<string[]>[] = [];
  // Before the write is done, and while it is.
  store.onWrite = () => void seen.push(listed());
  seen.push(listed());
  await shelf.finish({ ...deliveryOf('a'), state: 'sent', doneMs: 5 }, [], []);
  seen.push(listed());
  for (const list of await Promise.all(seen)) assert.equal(list.length, 1, String(list));
  assert.deepEqual(await listed(), ['a sent']);
});

test('what was handed to another channel is not lost to a reading before it is written', async () => {
  const clock = new FakeClock();
  const store = new WatchStoreInRam({ anchorMs: 0, wallMs: () => clock.wallMs() }).client();
  let isAway = true;
  const coming = {
    ...store,
    writeRecords: async (...asked: Parameters<typeof store.writeRecords>) => {
      if (isAway) throw new Failure('UNAVAILABLE', 'the store is away');
      return store.writeRecords(...asked);
    },
  };
  const shelf = new Shelf({ store: coming, clock, log, closing: new AbortController().signal });
  const writing = shelf.put([deliveryOf('a'), deliveryOf('a+other')]);
  await clock.advance(1);
  isAway = false;
  // The store is back, and read before the write is tried again.
  await shelf.load((id) => id === 'a');
  await clock.advance(10_000);
  await writing;
  assert.deepEqual(
    shelf.all().map(({ id }) => id),
    ['a', 'a+other'],
  );
});
