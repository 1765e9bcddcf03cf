import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import type { Machine } from '../../appliance/store/client/client.ts';
import { BoxTime } from '../../appliance/watch/box-time.ts';
import { Hearing } from '../../appliance/watch/hearing.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';

import { WatchStoreInRam } from '../helpers/watch-store.ts';

const log = createLog({ name: 'watch', level: 'error', write: () => undefined });
const nothing = () => undefined;
const machine = (number: number) => ({ machine: number, name: `pc ${number}` }) as Machine;

/** What the ears have heard that there is, and answers of the store that wait until they are let go. */
function heard() {
  const clock = new FakeClock();
  const store = new WatchStoreInRam({ anchorMs: clock.wallMs(), wallMs: () => clock.wallMs() });
  const answers: (() => void)[] = [];
  const there = new Set<number>();
  const client = {
    ...store.client(),
    machines() {
      const answer = [...store.machines.values()];
      return new Promise<Machine[]>((resolve) => answers.push(() => resolve(answer)));
    },
  };
  const hearing = new Hearing({
    ...{ store: client, time: new BoxTime(clock), clock, log },
    ears: {
      onMachines(machines) {
        there.clear();
        for (const { machine } of machines) there.add(machine);
      },
      onMachine: ({ machine }, removed) => void (removed ? there.delete(machine) : there.add(machine)),
      ...{ onValue: nothing, onServices: nothing, onTurn: nothing },
    },
  });
  const answered = async () => {
    await eventually('the store is asked', async () => answers.length > 0);
    answers.shift()!();
  };
  return { hearing, store, answers, answered, there };
}

test('a machine that comes while the store says which there are is not lost', async () => {
  const { hearing, store, answered, there } = heard();
  hearing.follow(['system.cpu']);
  store.put(machine(7));
  await answered();
  await answered();
  await eventually('it is heard', async () => there.has(7));
  await hearing.stop();
});

test('a machine that comes or goes while the store is asked once more stays as it is', async () => {
  const { hearing, store, answered, there } = heard();
  store.put(machine(1));
  hearing.follow(['system.cpu']);
  await answered();
  await eventually('there is one', async () => there.has(1));
  hearing.follow(['system.memory']);
  store.put(machine(7));
  store.remove(1);
  await answered();
  await answered();
  await eventually('what there is now is heard', async () => there.has(7));
  await hearing.stop();
  assert.deepEqual([...there], [7]);
});

test('what changed between two streams is asked for, also when the first answer is still on its way', async () => {
  const { hearing, store, answers, answered, there } = heard();
  hearing.follow(['system.cpu']);
  await eventually('the store is asked', async () => answers.length > 0);
  store.machines.set(7, machine(7));
  hearing.follow(['system.memory']);
  await answered();
  await answered();
  await eventually('it is heard', async () => there.has(7));
  await hearing.stop();
});
