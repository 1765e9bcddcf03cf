import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { Lan } from '../helpers/lan.ts';
import { Computer, tester, waitingMachine } from '../helpers/machine.ts';

/** A box and computers on a LAN of their own: nobody types an address, nobody carries a key. */
const missing = await Lan.missing();
let lan: Lan;
let box: Appliance;
const computers: Computer[] = [];

before(async () => {
  if (missing) return;
  lan = await Lan.create();
  const host = await lan.addHost();
  box = await Appliance.start({ daemons: ['store', 'ingest'], prefix: host.prefix, announce: true });
});
after(async () => {
  if (missing) return;
  for (const computer of computers) await computer.remove();
  await box.stop();
  await lan.remove();
});

async function newComputer(name: string): Promise<Computer> {
  const computer = await Computer.create({ name, prefix: (await lan.addHost()).prefix });
  computers.push(computer);
  computer.start();
  return computer;
}

async function shownDigits(computer: Computer): Promise<string> {
  return eventually('the machine shows digits', async () => (await computer.status()).digits ?? false);
}

test('a machine finds the box by mDNS, both show the same digits, and a yes on both lets it in', {
  skip: missing,
}, async () => {
  const computer = await newComputer('front-desk');
  const { id } = await waitingMachine(box, 'front-desk');
  assert.equal((await computer.status()).rung, 'mdns');
  assert.deepEqual(await box.store.machines(), [], 'nothing is written for a machine that waits');

  const { digits } = await box.ingest.select(id, tester);
  assert.ok(digits !== null && /^\d{6}$/.test(digits));
  assert.equal(await shownDigits(computer), digits);

  const { machine } = await box.ingest.admit(id, digits, tester);
  assert.deepEqual(await box.store.latest(machine), [], 'the machine has not been told to trust this box');
  assert.equal((await computer.status()).trusted, false);

  await computer.answer(digits, true);
  await eventually('samples arrive', async () => (await box.store.latest(machine)).length > 0);
  assert.equal((await computer.status()).machine, machine);
});

test('after a no at the machine nothing is sent, whatever the box says', { skip: missing }, async () => {
  const computer = await newComputer('meeting-room');
  const { id } = await waitingMachine(box, 'meeting-room');
  const { digits } = await box.ingest.select(id, tester);
  await computer.answer(await shownDigits(computer), false);
  await eventually('the box hears the no', async () => {
    const waiting = (await box.ingest.waiting()).find((machine) => machine.id === id);
    return waiting === undefined || waiting.machineAnswer === 'no';
  });
  await assert.rejects(box.ingest.admit(id, digits ?? '', tester), { code: 'CONFLICT' });
  assert.ok((await box.store.machines()).every((machine) => machine.name !== 'meeting-room'));
  assert.equal((await computer.status()).trusted, false);
});

test('a machine that restarts is known, finds the box again and needs nobody', {
  skip: missing,
}, async () => {
  const computer = computers[0]!;
  const { machine } = await computer.status();
  await computer.program.end();
  computer.start();
  await eventually('the machine is up again', async () => {
    const status = await computer.status();
    return status.machine === machine && status.state === 'sending';
  });
});
