import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createChangeHub } from '../../appliance/store/changes.ts';
import type { Change } from '../../appliance/store/client/types.ts';

const summary = { tMs: 5, summary: { cpu: 0.5 } };

test('values are made only for those who ask for that machine', () => {
  const hub = createChangeHub();
  let made = 0;
  const live = (machine: number) =>
    hub.live(
      machine,
      () => summary,
      () => {
        made++;
        return [];
      },
    );
  live(1);
  const seen: Change[] = [];
  hub.watch({ topics: ['live'], machine: 2 }, (change) => seen.push(change));
  live(1);
  assert.deepEqual([made, seen.length], [0, 0]);
  live(2);
  assert.equal(made, 1);
  assert.deepEqual(seen, [{ topic: 'live', machine: 2, ...summary, values: [] }]);
});

test('whoever has stopped watching is told nothing, and topics do not mix', () => {
  const hub = createChangeHub();
  const seen: string[] = [];
  const stop = hub.watch({ topics: ['setting'] }, (change) => seen.push(change.topic));
  hub.watch({ topics: ['live', 'journal'] }, (change) => seen.push(`other ${change.topic}`));
  hub.setting('mail');
  stop();
  hub.setting('mail');
  assert.deepEqual(seen, ['setting']);
});

test('there is room for a bounded number of watchers', () => {
  const hub = createChangeHub();
  const stops = Array.from({ length: 128 }, () => hub.watch({ topics: ['live'] }, () => undefined));
  assert.throws(() => hub.assertRoom(), { code: 'TOO_MANY' });
  stops[0]!();
  hub.assertRoom();
});
