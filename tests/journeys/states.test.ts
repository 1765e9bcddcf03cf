import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

async function admittedComputer(
  name: string,
  flags: readonly string[] = [],
): Promise<{ computer: Computer; machine: number }> {
  const door = await box.ingest.door();
  const computer = await Computer.create({
    name,
    flags: ['--box', `127.0.0.1:${box.ports.door}`, '--box-hash', door.id, ...flags],
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

test('a machine that says that it is put to sleep is asleep, comes back, and one that boots anew was restarted', async () => {
  const proc = await mkdtemp(join(tmpdir(), 'nm-boot-'));
  const boot = async (digit: string) => {
    await mkdir(join(proc, 'sys/kernel/random'), { recursive: true });
    await writeFile(join(proc, 'sys/kernel/random/boot_id'), digit.repeat(32));
    await writeFile(join(proc, 'uptime'), '100.00 50.00\n');
  };
  try {
    await boot('a');
    const { computer, machine } = await admittedComputer('reception', ['--proc-root', proc]);
    assert.equal(await computer.command('goodbye', 'sleep').ended, 0);
    await eventually('the goodbye is heard', isState(machine, 'asleep'));
    assert.notEqual(await computer.command('goodbye', 'holidays').ended, 0);
    await computer.program.end('SIGKILL');
    await boot('b');
    computer.start();
    await eventually('the machine is back', isState(machine, 'up'));
    const kinds = await eventually('the journal tells of the boot', async () => {
      const entries = await box.store.journal({ machine });
      return entries.some(({ kind }) => kind === 'machine.restarted') && entries.map(({ kind }) => kind);
    });
    assert.ok(kinds.includes('machine.asleep') && kinds.includes('machine.back'), `${kinds}`);
    assert.ok(!kinds.includes('machine.vanished') && !kinds.includes('machine.off'), `${kinds}`);
  } finally {
    await rm(proc, { recursive: true, force: true });
  }
});

test('what a machine measured while the box was away is there when both are back, without a gap', async () => {
  const { computer, machine } = await admittedComputer('archive', ['--outbox-after', '1s']);
  await box.program('ingest').end('SIGTERM');
  const disk = async () => (await computer.status()).outbox.disk.ticks;
  await eventually('the outbox is on disk', async () => (await disk()) >= 3);
  await computer.program.end('SIGKILL');
  computer.start();
  const { outbox } = await eventually('the agent is up again', () =>
    computer.status().catch(() => undefined),
  );
  assert.ok(outbox.disk.ticks >= 3);
  box.startDaemon('ingest');
  await box.ready();
  await computer.tryNow();
  await eventually('the outbox is empty, and its files are gone', async () => {
    const { ticks, segments } = (await computer.status()).outbox.disk;
    return ticks === 0 && segments === 0;
  });
  const values = await eventually('all of it is in the history', async () => {
    const toMs = Date.now() + 5_000;
    const question = { machine, names: ['system.uptime'], fromMs: toMs - 60_000, toMs, points: 60 };
    const { columns } = await box.store.range(question);
    const found = columns[0]!.mean.filter((value) => value !== null);
    return found.length >= outbox.disk.ticks + 3 && found;
  });
  // The time of a restart is all that may be missing.
  for (const [index, value] of values.slice(1).entries())
    assert.ok(value - values[index]! <= 4, `${values.join(' ')}`);
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
