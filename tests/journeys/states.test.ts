import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { admitAtTheBox, Computer } from '../helpers/machine.ts';

/** A machine that says goodbye, one that is cut off, and two with one name, at a real box. */
let box: Appliance;
const computers: Computer[] = [];

before(async () => {
  box = await Appliance.start({
    daemons: ['store', 'ingest'],
    flags: { ingest: ['--vanished-after', '10s'] },
  });
});
after(async () => {
  for (const computer of computers) await computer.remove();
  await box.stop();
});

async function admittedComputer(name: string): Promise<{ computer: Computer; machine: number }> {
  const door = await box.ingest.door();
  const computer = await Computer.create({
    name,
    flags: ['--box', `127.0.0.1:${box.ports.door}`, '--box-hash', door.id],
  });
  computers.push(computer);
  computer.start();
  const { machine } = await admitAtTheBox(box, name);
  await eventually(`${name} is measured`, async () => (await box.store.latest(machine)).length > 0);
  return { computer, machine };
}

const isState = (machine: number, state: string) => async () =>
  (await box.store.machine(machine)).state === state;

test('a machine whose agent is stopped is off, and up again when it returns', async () => {
  const { computer, machine } = await admittedComputer('front-desk');
  assert.equal((await box.store.machine(machine)).state, 'up');
  await computer.program.end('SIGTERM');
  await eventually('the goodbye is heard', isState(machine, 'off'));
  computer.start();
  await eventually('the machine is back', isState(machine, 'up'));
});

test('a machine that is cut off is silent first, then vanished, and its history stays', async () => {
  const { computer, machine } = await admittedComputer('laboratory');
  const kept = (await box.store.latest(machine)).length;
  await computer.program.end('SIGKILL');
  await eventually('the silence is noticed', isState(machine, 'silent'), { everyMs: 20 });
  await eventually('the machine has vanished', isState(machine, 'vanished'));
  assert.equal((await box.store.latest(machine)).length, kept);
});

test('two machines with one name stay two', async () => {
  const first = await admittedComputer('twin');
  const second = await admittedComputer('twin');
  assert.notEqual(first.machine, second.machine);
  const twins = (await box.store.machines()).filter((machine) => machine.name === 'twin');
  assert.deepEqual(twins.map(({ machine }) => machine).sort(), [first.machine, second.machine].sort());
  assert.notEqual(twins[0]?.key, twins[1]?.key);
});
