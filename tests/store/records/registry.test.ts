import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change } from '../../../appliance/store/client/types.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { TestStore } from '../../helpers/store-parts.ts';

const key = (letter: string) => letter.repeat(64);
const admission = (letter: string, name = letter) => ({ key: key(letter), name, by: 'Anna', local: false });

test('a known key keeps its number and gets its new name', async (t) => {
  const test = await TestStore.open(t);
  const first = await test.store.registry.admit(admission('a', 'old'));
  const again = await test.store.registry.admit(admission('a', 'new'));
  assert.equal(again.machine, first.machine);
  assert.equal(test.store.registry.get(first.machine).name, 'new');
  assert.equal(again.admittedMs, first.admittedMs);
});

test('one key that is admitted twice at once is one machine, two machines with one name stay two', async (t) => {
  const test = await TestStore.open(t);
  const { registry } = test.store;
  const [one, two] = await Promise.all([
    registry.admit(admission('a', 'pc')),
    registry.admit(admission('a', 'pc')),
  ]);
  assert.equal(one.machine, two.machine);
  const other = await registry.admit(admission('b', 'pc'));
  assert.notEqual(other.machine, one.machine);
  assert.equal(registry.list().length, 2);
});

test('a removed number is given to nobody else, and waits for its key, also after a restart', async (t) => {
  const test = await TestStore.open(t);
  const { machine } = await test.store.registry.admit(admission('a'));
  await test.store.registry.remove(machine);
  assert.throws(() => test.store.registry.get(machine), { code: 'NOT_FOUND' });
  await test.restart();
  assert.deepEqual(test.store.registry.list(), []);
  const other = await test.store.registry.admit(admission('b'));
  assert.equal(other.machine, machine + 1);
  const again = await test.store.registry.admit(admission('a'));
  assert.equal(again.machine, machine);
  await test.restart();
  assert.deepEqual(
    test.store.registry.list().map((one) => one.machine),
    [machine, other.machine],
  );
});

test('machines are as they were after a restart', async (t) => {
  const clock = new FakeClock();
  const test = await TestStore.open(t, { clock });
  const { machine, stateSinceMs } = await test.store.registry.admit(admission('a'));
  await clock.advance(1000);
  const run = 'f'.repeat(32);
  const changed = await test.store.registry.update(machine, {
    state: 'up',
    facts: { os: 'Debian', cores: 4 },
    run,
  });
  assert.equal(changed.stateSinceMs, stateSinceMs + 1000);
  await clock.advance(1000);
  const renamed = await test.store.registry.update(machine, { state: 'up', name: 'Büro' });
  assert.equal(renamed.stateSinceMs, changed.stateSinceMs, 'the state has not changed');
  await test.restart();
  assert.deepEqual(test.store.registry.get(machine), renamed);
});

test('two changes at once to one machine are both kept', async (t) => {
  const test = await TestStore.open(t);
  const { machine } = await test.store.registry.admit(admission('a'));
  const { registry } = test.store;
  await Promise.all([registry.update(machine, { state: 'up' }), registry.update(machine, { name: 'other' })]);
  await test.restart();
  const { state, name } = test.store.registry.get(machine);
  assert.deepEqual([state, name], ['up', 'other']);
});

test('each change of a machine is told', async (t) => {
  const test = await TestStore.open(t);
  const told: Change[] = [];
  test.store.changes.watch({ topics: ['machine'] }, (change) => told.push(change));
  const { machine } = await test.store.registry.admit(admission('a'));
  await test.store.registry.update(machine, { state: 'up' });
  await test.store.registry.remove(machine);
  const seen = told.map(
    (change) => change.topic === 'machine' && [change.machine.state, change.removed ?? false],
  );
  assert.deepEqual(seen, [
    ['off', false],
    ['up', false],
    ['up', true],
  ]);
});

test('the box takes no more machines than it is allowed', async (t) => {
  const test = await TestStore.open(t, { config: { most_machines: 2 } });
  for (const letter of ['a', 'b']) await test.store.registry.admit(admission(letter));
  await assert.rejects(test.store.registry.admit(admission('c')), { code: 'TOO_MANY' });
  await test.store.registry.admit(admission('a'));
});

test('a machine that a person says is the same keeps number and history under its new key, and the old key is worth nothing', async (t) => {
  const test = await TestStore.open(t);
  const { machine } = await test.store.registry.admit(admission('a', 'pc'));
  const again = await test.store.registry.admit({ ...admission('b', 'pc 2'), same: machine });
  assert.deepEqual([again.machine, again.key, again.run], [machine, key('b'), null]);
  assert.deepEqual(test.store.registry.revoked(), [{ key: key('a'), machine, name: 'pc 2', removed: false }]);
  await test.restart();
  assert.equal(test.store.registry.revoked()[0]?.key, key('a'));
  const stranger = await test.store.registry.admit(admission('a', 'pc'));
  assert.notEqual(stranger.machine, machine, 'the old key comes back as another machine');
  assert.deepEqual(test.store.registry.revoked(), []);
});

test('a removed machine can be the same too, and a key that another machine has cannot', async (t) => {
  const test = await TestStore.open(t);
  const { registry } = test.store;
  const { machine } = await registry.admit(admission('a', 'pc'));
  await registry.remove(machine);
  assert.deepEqual(registry.revoked(), [{ key: key('a'), machine, name: 'pc', removed: true }]);
  assert.equal((await registry.admit({ ...admission('b', 'pc'), same: machine })).machine, machine);
  const other = await registry.admit(admission('c'));
  await assert.rejects(registry.admit({ ...admission('b'), same: other.machine }), { code: 'CONFLICT' });
  await assert.rejects(registry.admit({ ...admission('d'), same: 99 }), { code: 'NOT_FOUND' });
});
