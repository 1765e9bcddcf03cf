import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Message } from '../../appliance/protocol/messages.ts';
import { eventually } from '../helpers/eventually.ts';
import { LinkedAgent, type LinkedAgentOptions } from '../helpers/linked-agent.ts';
import { WireBox } from '../helpers/wire-box.ts';

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.stop();
});

async function box(): Promise<WireBox> {
  const made = await WireBox.start({ admitted: 'all' });
  started.push(made);
  return made;
}

async function agent(options: LinkedAgentOptions): Promise<LinkedAgent> {
  const made = await LinkedAgent.start(options);
  started.push(made);
  return made;
}

const until = (what: string, is: () => boolean) => eventually(what, is, { everyMs: 5 });
const at = (one: WireBox) => `127.0.0.1:${one.port}`;

test('tells its services when they change, answers what it is asked, and shows what the box says', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours), boxHash: ours.hash });
  machine.services = { services: [{ name: 'ssh', state: 'running' }] };
  machine.processes = { overMs: 1_000, processes: [{ pid: 7, name: 'postgres', cpu: 0.5 }] };
  const session = await ours.session(0);
  await machine.state('sending');
  const told = <K extends Message['kind']>(kind: K) =>
    session.others.flatMap((message) => (message.kind === kind ? [message.body] : []));
  machine.tick(0.1);
  machine.tick(0.1);
  await until('two ticks', () => session.ticks.length === 2);
  assert.deepEqual(told('services'), [machine.services]);
  machine.services = { services: [{ name: 'ssh', state: 'failed' }] };
  machine.tick(0.1);
  await until('the change', () => told('services').length === 2);
  session.send('processesWanted', { id: 9 });
  session.send('notice', { text: 'The server restarts at noon' });
  await until('the answer', () => told('processes').length === 1);
  assert.deepEqual(told('processes'), [{ id: 9, ...machine.processes }]);
  assert.deepEqual(machine.notices, ['The server restarts at noon']);
  const clock = { runMs: 5, wallMs: 1_800_000_000_000, trusted: true };
  session.send('ack', { run: session.hello!.run, seqs: [[0, 0]], clock });
  await until('the time of the box', () => machine.boxTimes.some((pair) => pair?.wallMs === clock.wallMs));
});

test('a box that is not trusted learns no names of programs and shows nothing', async () => {
  const stranger = await box();
  const machine = await agent({ box: at(stranger) });
  machine.services = { services: [{ name: 'ssh', state: 'running' }] };
  const session = await stranger.session(0);
  await machine.state('untrusted');
  session.send('notice', { text: 'click here' });
  session.send('processesWanted', { id: 9 });
  machine.tick(0.1);
  session.send('ping', { id: 1 });
  await until('all of it was heard', () => session.others.some(({ kind }) => kind === 'pong'));
  assert.deepEqual([machine.notices, session.others.filter(({ kind }) => kind !== 'pong')], [[], []]);
});

test('a machine takes its probes from a box that it trusts, and tells each result when it is news to that box', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours), boxHash: ours.hash });
  const session = await ours.session(0);
  await machine.state('sending');
  const probe = { id: 'abcdefg2', kind: 'tcp', intervalMs: 60_000, options: { host: 'nas.lan', port: 445 } };
  session.send('probeAssignments', { probes: [probe] });
  await until('the list', () => machine.assigned !== undefined);
  assert.deepEqual(machine.assigned, [probe]);
  const told = (one: typeof session) =>
    one.others.flatMap((message) => (message.kind === 'probeResults' ? [message.body.results] : []));
  const up = { probe: probe.id, runMs: 5, verdict: 'up' as const };
  machine.results = [up];
  machine.tick(0.1);
  machine.tick(0.1);
  await until('two ticks', () => session.ticks.length === 2);
  const many = Array.from({ length: 70 }, () => ({ ...up, verdict: 'down' as const }));
  machine.results = [up, ...many];
  machine.tick(0.1);
  machine.tick(0.1);
  machine.tick(0.1);
  await until('five ticks', () => session.ticks.length === 5);
  assert.deepEqual(
    told(session).map((results) => results.length),
    [1, 64, 6],
  );
  session.cut();
  const next = await ours.session(1);
  await machine.state('sending');
  machine.tick(0.1);
  await until('all again', () => told(next).flat().length >= 64);
});

test('a box that is not trusted says nothing about what is checked until it is', async () => {
  const stranger = await box();
  const machine = await agent({ box: at(stranger) });
  const session = await stranger.session(0);
  await machine.state('untrusted');
  session.send('probeAssignments', { probes: [] });
  session.send('ping', { id: 1 });
  await until('all of it was heard', () => session.others.some(({ kind }) => kind === 'pong'));
  assert.equal(machine.assigned, undefined);
});

test('devices around are told to a trusted box that wants them, and no longer looked for when it is gone', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours), boxHash: ours.hash });
  const session = await ours.session(0);
  await machine.state('sending');
  session.send('neighboursWanted', { search: 4 });
  await until('the wish', () => machine.neighboursWanted.length === 1);
  machine.neighbours = [{ addresses: ['192.0.2.9'], names: ['nas'], services: [], heardMs: 5 }];
  machine.tick(0.1);
  await until('the devices', () => session.others.some(({ kind }) => kind === 'neighbours'));
  const told = session.others.find(({ kind }) => kind === 'neighbours');
  assert.deepEqual(told?.body, { neighbours: machine.neighbours });
  session.cut();
  const next = await ours.session(1);
  await machine.state('sending');
  next.send('neighboursWanted', {});
  machine.tick(0.1);
  await until('all again', () => next.others.some(({ kind }) => kind === 'neighbours'));
  await ours.stop();
  const wished = () => machine.neighboursWanted;
  await until('the end', () => wished().length === 4);
  assert.deepEqual(wished(), [{ search: 4 }, 'rest', {}, 'rest']);
});

test('a box that is not trusted learns nothing of the devices around', async () => {
  const stranger = await box();
  const machine = await agent({ box: at(stranger) });
  machine.neighbours = [{ addresses: ['192.0.2.9'], names: ['nas'], services: [], heardMs: 5 }];
  const session = await stranger.session(0);
  await machine.state('untrusted');
  session.send('neighboursWanted', { search: 4 });
  machine.tick(0.1);
  session.send('ping', { id: 1 });
  await until('all of it was heard', () => session.others.some(({ kind }) => kind === 'pong'));
  assert.deepEqual(
    [machine.neighboursWanted, session.others.filter(({ kind }) => kind === 'neighbours')],
    [[], []],
  );
});
