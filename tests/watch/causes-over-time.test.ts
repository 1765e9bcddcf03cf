// Causes while processes begin again, agents are silent and things come and go.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CausedWatch, near, outside } from '../helpers/caused-watch.ts';

const second = 1_000;
const minute = 60 * second;

test('a restart in the middle changes nothing: one message, and one recovery that names everybody', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(8, { prefix: 'site', host: outside, through: ['internet', 'gateway'] });
  await watch.pass(minute);
  watch.break('gateway');
  await watch.pass(30 * second);
  await watch.restart();
  await watch.pass(3 * minute);
  assert.equal(watch.told().length, 1);
  watch.mend('gateway');
  await watch.pass(3 * minute);
  assert.equal(watch.told().length, 2);
  assert.match(watch.more()[1]!, /^8 are back: site-1, site-2, .*site-8\.$/);
});

test('a start in the middle of an outage knows of it, if the store has ever seen that it was not so', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(3, { prefix: 'site', host: outside, through: ['internet', 'gateway'] });
  watch.break('internet');
  await watch.restart();
  await watch.pass(3 * minute);
  assert.deepEqual(
    watch.told().map((one) => one.slice(0, 30)),
    ['opened The internet connection'],
  );
});

test('while the box’s own agent is not heard, what was explained stays explained', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(3, { prefix: 'site', host: outside, through: ['internet', 'gateway'] });
  await watch.pass(minute);
  watch.break('internet');
  await watch.pass(3 * minute);
  await watch.silence(3 * minute);
  await watch.pass(minute);
  assert.equal(watch.told().length, 1);
  watch.mend('internet');
  await watch.pass(3 * minute);
  assert.deepEqual([watch.told().length, watch.more()[1]], [2, '3 are back: site-1, site-2, site-3.']);
});

test('a probe that looks rarely is waited for after the end of its cause', async (t) => {
  const watch = await CausedWatch.network(t);
  const slow = { prefix: 'slow', host: outside, through: ['internet'], intervalMs: 130 * second } as const;
  const [id = ''] = watch.devices(1, slow);
  await watch.pass(5 * minute);
  watch.break('internet');
  await watch.pass(6 * minute);
  await watch.looked(id);
  watch.mend('internet');
  await watch.pass(4 * minute);
  assert.deepEqual(
    watch.told().map((one) => one.split(' ')[0]),
    ['opened', 'recovered'],
  );
  assert.equal(watch.more()[1], 'Not back yet, 1: slow-1.');
  assert.deepEqual(watch.open(), []);
});

test('a start that remembers nothing of the network still knows its open cause', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.break('internet');
  await watch.pass(3 * minute);
  watch.store.past.clear();
  await watch.restart();
  watch.devices(1, { prefix: 'late', host: outside, through: ['internet'] });
  await watch.pass(3 * minute);
  assert.equal(watch.told().length, 1);
});

test('laptops that are silent for a moment together are no incident', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.machines(11, 14, ['switch-air']);
  await watch.pass(minute);
  watch.break('switch-air');
  await watch.pass(60 * second);
  watch.mend('switch-air');
  await watch.pass(5 * minute);
  assert.deepEqual(
    watch.store.notes.map(({ kind }) => kind).filter((kind) => kind.startsWith('incident')),
    [],
  );
});

test('what failed before is no part of a later cause, after a restart either', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(3, { prefix: 'site', host: outside, through: ['internet'] });
  watch.break('device-site-1');
  await watch.pass(5 * minute);
  watch.break('internet');
  await watch.pass(3 * minute);
  await watch.restart();
  watch.mend('internet');
  await watch.pass(5 * minute);
  assert.equal(watch.more().at(-1), '2 are back: site-2, site-3.');
  assert.deepEqual(
    watch.open().map(({ rule, told }) => `${rule} ${told}`),
    ['probe-failing-somewhere false', 'probe-failing true'],
  );
});

test('what comes and goes with the internet is not told of as coming and going', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(3, { prefix: 'site', host: outside, through: ['internet'] });
  watch.devices(1, { prefix: 'printer', host: near, through: [] });
  await watch.pass(minute);
  for (let times = 0; times < 4; times++) {
    watch.break('internet', 'device-printer-1');
    await watch.pass(2 * minute);
    watch.mend('internet', 'device-printer-1');
    await watch.pass(2 * minute);
  }
  const unstable = watch.open().filter(({ kind }) => kind === 'flapping');
  assert.deepEqual(unstable.map(({ subject, told }) => [subject.slice(-8, -2), told]).sort(), [
    ['printe', true],
    ['siteqq', false],
    ['siteqq', false],
    ['siteqq', false],
  ]);
  assert.ok(watch.told().every((one) => !/Comes and goes \(site/.test(one)));
});

test('what comes and goes by itself is told of as such, after a restart too', async (t) => {
  const watch = await CausedWatch.network(t);
  watch.devices(1, { prefix: 'printer', host: near, through: [] });
  await watch.pass(minute);
  for (let times = 0; times < 4; times++) {
    watch.break('device-printer-1');
    await watch.pass(2 * minute);
    watch.mend('device-printer-1');
    await watch.pass(2 * minute);
    if (times === 1) await watch.restart();
  }
  for (let times = 0; times < 2; times++) {
    watch.break('device-printer-1');
    await watch.pass(2 * minute);
    watch.mend('device-printer-1');
    await watch.pass(2 * minute);
  }
  assert.ok(watch.told().some((one) => one.startsWith('opened Comes and goes (printer-1)')));
});
