import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import type { AgentStatus } from '../../agent/status.ts';
import { createLocalClient, type LocalClient } from '../../appliance/runtime/socket/client.ts';
import { eventually } from '../helpers/eventually.ts';
import { type Program, repository, startProgram } from '../helpers/programs.ts';
import { WireBox } from '../helpers/wire-box.ts';

let home: string;
let client: LocalClient;
const programs: Program[] = [];
const boxes: WireBox[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'nm-agent-'));
  client = createLocalClient({ path: join(home, 'run', 'agent.sock') });
});
afterEach(async () => {
  client.close();
  await Promise.all(programs.splice(0).map((program) => program.end()));
  await Promise.all(boxes.splice(0).map((box) => box.stop()));
  await rm(home, { recursive: true, force: true });
});

function start(main: string, ...args: string[]): Program {
  const env = { NETMONITOR_HOME: home, NETMONITOR_RUN: join(home, 'run') };
  const program = startProgram({ main, args, env });
  programs.push(program);
  return program;
}

async function box(options: Parameters<typeof WireBox.start>[0] = {}): Promise<WireBox> {
  const made = await WireBox.start(options);
  boxes.push(made);
  return made;
}

const status = async () => (await client.get('/v1/status')) as AgentStatus;
const fixture = (name: string) => join(repository, 'tests/fixtures', name);

test('a recorded machine arrives at the box as it was recorded, and then its facts', async () => {
  const ours = await box({ admitted: 'all' });
  const roots = ['--proc-root', fixture('pi/proc'), '--sys-root', fixture('pi/sys')];
  const where = [
    '--box',
    `127.0.0.1:${ours.port}`,
    '--box-hash',
    ours.hash,
    '--name',
    'pi',
    '--interval',
    '1s',
  ];
  const agent = start('agent/main.ts', ...where, ...roots);
  const session = await ours.session(0);
  await eventually('two ticks', () => session.ticks.length >= 2);
  assert.equal(session.hello?.name, 'pi');
  assert.equal(session.hello?.intervalMs, 1_000);
  assert.equal(session.latest('system.memory.limit'), 949328 * 1024);
  assert.equal(session.latest('hw.temperature:cpu_thermal'), 48.3);
  assert.equal(session.latest('system.network.io:wlan0:receive'), 912330412);
  assert.equal(session.latest('system.processes.count'), 3);
  assert.equal(session.latest('system.uptime'), 24640);
  // The recording stands still: no time passed for its cores, so nothing can be said of their use.
  assert.equal(session.latest('system.cpu.utilization'), undefined);
  assert.equal(session.latest('system.cpu.logical.count'), 4);
  assert.deepEqual(session.seqs.slice(0, 2), [0, 1]);
  const facts = await eventually('facts come', () => session.facts);
  assert.ok((facts.cores ?? 0) > 0 && (facts.memoryBytes ?? 0) > 0 && facts.os, JSON.stringify(facts));
  assert.equal(await agent.end('SIGTERM'), 0);
  await eventually('goodbye', () => session.goodbye === 'stop');
});

test('checks what its box wants to be checked, also after a restart, and measures it', async () => {
  const ours = await box({ admitted: 'all' });
  const where = ['--box', `127.0.0.1:${ours.port}`, '--box-hash', ours.hash, '--interval', '1s'];
  const first = start('agent/main.ts', ...where);
  const before = await ours.session(0);
  // These two begin early on their beat.
  const common = { kind: 'tcp', intervalMs: 5_000 };
  before.send('probeAssignments', {
    probes: [
      // Nobody answers there: the address is kept for examples.
      { ...common, id: 'probesx4', beyond: true, options: { host: '192.0.2.7', port: 9, timeoutMs: 100 } },
      { ...common, id: 'probesy7', options: { host: '127.0.0.1', port: ours.port } },
    ],
  });
  const verdicts = (session: typeof before) =>
    session.others
      .flatMap((message) => (message.kind === 'probeResults' ? message.body.results : []))
      .map(({ probe, verdict }) => `${probe} ${verdict}`)
      .toSorted();
  const told = ['probesx4 down', 'probesy7 unknown'];
  await eventually('both are told', () => verdicts(before).join() === told.join());
  const measured = (session: typeof before, name: string) => {
    const index = session.dictionary.findIndex((one) => one.name === name);
    return session.ticks.map(({ values }) => values[index]).filter((value) => value !== undefined);
  };
  await eventually('it is measured', () => measured(before, 'probe.up:probesx4').length > 0);
  assert.deepEqual(measured(before, 'probe.up:probesx4')[0], 0);
  await first.end();
  start('agent/main.ts', ...where);
  const after = await ours.session(1);
  await eventually('both are told again', () => verdicts(after).join() === told.join());
  assert.ok(!after.dictionary.some(({ name }) => name === 'probe.up:probesy7'), 'unknown is no value');
});

test('is the same machine after a restart, with a new run, and sends again what had no ack when it stopped', async () => {
  const ours = await box({ admitted: 'all' });
  const where = ['--box', `127.0.0.1:${ours.port}`, '--box-hash', ours.hash, '--interval', '1s'];
  const first = start('agent/main.ts', ...where);
  const before = await ours.session(0);
  await eventually('two ticks', () => before.ticks.length >= 2);
  await first.end();
  start('agent/main.ts', ...where);
  const after = await ours.session(1);
  assert.equal(after.agentHash, before.agentHash);
  assert.equal(after.hello?.osBoot, before.hello?.osBoot);
  assert.notEqual(after.hello?.run, before.hello?.run);
  const again = await eventually('the ticks of the run before come', () => after.earlier[0]);
  assert.equal(again.run, before.hello?.run);
  assert.deepEqual(
    again.ticks.map(({ seq, values }) => [seq, values.slice(0, 10)]),
    before.ticks.map(({ seq, values }) => [seq, Array.from({ length: 10 }, (_, index) => values[index])]),
  );
  const [clocks] = after.clocks;
  assert.equal(clocks?.run, before.hello?.run);
  assert.ok(Math.abs((clocks?.pairs[0]?.wallMs ?? 0) - Date.now()) < 60_000);
});

test('a person at the terminal compares the digits, and the yes outlives the agent', async () => {
  const ours = await box();
  const where = ['--box', `127.0.0.1:${ours.port}`];
  const agent = start('agent/main.ts', ...where);
  const session = await ours.session(0);
  await eventually('the agent waits', async () => (await status()).state === 'waiting');
  const terminal = start('agent/cli.ts', 'pair');
  await eventually('it says what to do', () => terminal.said().includes('Select this machine'));
  const digits = await session.select();
  await eventually('it shows the digits', () =>
    terminal.said().includes(`${digits.slice(0, 3)} ${digits.slice(3)}`),
  );
  terminal.write('y\n');
  assert.equal(await terminal.ended, 0);
  await eventually('the box heard', () => session.answer === true);
  session.admit();
  await eventually('samples flow', () => session.ticks.length > 0);
  await agent.end();
  start('agent/main.ts', ...where);
  assert.equal((await ours.session(1)).hello?.pinned, true);
});

test('watch says what becomes of the link, asks again after a no, and tells when samples flow', async () => {
  const ours = await box();
  start('agent/main.ts', '--box', `127.0.0.1:${ours.port}`);
  const session = await ours.session(0);
  await eventually('the agent waits', async () => (await status()).state === 'waiting');
  const terminal = start('agent/cli.ts', 'watch');
  await eventually('it says what to do', () => terminal.said().includes('Select this machine'));
  const asked = (count: number) => () => terminal.said().split('[y/n]').length === count + 1;
  await session.select();
  await eventually('it asks', asked(1));
  terminal.write('n\n');
  await eventually('the box heard a no', () => session.answer === false);
  const digits = await session.select();
  await eventually('it asks about the new ones', asked(2));
  assert.ok(terminal.said().includes(`${digits.slice(0, 3)} ${digits.slice(3)}`));
  terminal.write('y\n');
  await eventually('the box heard a yes', () => session.answer === true);
  session.admit();
  await eventually('it says so', () => terminal.said().includes('measurements are flowing'));
  assert.equal(terminal.over(), null, 'it goes on until it is ended');
});

test('--forget takes the yes back, and the connection with it', async () => {
  const ours = await box();
  start('agent/main.ts', '--box', `127.0.0.1:${ours.port}`);
  const session = await ours.session(0);
  await eventually('the agent waits', async () => (await status()).state === 'waiting');
  const digits = await session.select();
  await eventually('digits', async () => (await status()).digits === digits);
  const yes = start('agent/cli.ts', 'pair', '--digits', digits, '--same', '--json');
  assert.equal(await yes.ended, 0);
  assert.equal((JSON.parse(yes.said()) as AgentStatus).pin?.hash, ours.hash);
  assert.equal(await start('agent/cli.ts', 'pair', '--forget').ended, 0);
  assert.equal((await ours.session(1)).hello?.pinned, false);
});

for (const [what, args, says] of [
  ['an unknown key', ['--boxx', 'a'], /did you mean --box/],
  ['an address that is none', ['--box', 'a:b:'], /no address of a box/],
  ['a hash that is none', ['--box-hash', 'abc'], /--box-hash/],
  ['an interval below a second', ['--interval', '10ms'], /--interval/],
] as const) {
  test(`${what} ends with one clear line and code 78`, async () => {
    const agent = start('agent/main.ts', ...args);
    assert.equal(await agent.ended, 78);
    assert.match(agent.said(), says);
  });
}

test('a damaged identity ends with code 78 and is not overwritten', async () => {
  await mkdir(join(home, 'state', 'agent'), { recursive: true });
  await writeFile(join(home, 'state', 'agent', 'identity.pem'), 'damaged', { mode: 0o600 });
  const agent = start('agent/main.ts');
  assert.equal(await agent.ended, 78);
  assert.match(agent.said(), /identity\.pem is damaged/);
});

test('the command says so when no agent runs', async () => {
  const terminal = start('agent/cli.ts', 'status');
  assert.equal(await terminal.ended, 1);
  assert.match(terminal.said(), /not running here/);
});
