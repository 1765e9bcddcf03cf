import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { openConnection } from '../../agent/connection.ts';
import { encodeFrame } from '../../appliance/protocol/frame.ts';
import { encodeMessage, messageTypes } from '../../appliance/protocol/messages.ts';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { LinkedAgent, type LinkedAgentOptions } from '../helpers/linked-agent.ts';
import { WireBox, type WireBoxOptions } from '../helpers/wire-box.ts';

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of started.splice(0).reverse()) await one.stop();
});

async function box(options: WireBoxOptions = {}): Promise<WireBox> {
  const made = await WireBox.start(options);
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

test('garbage from the box ends the connection, and the agent comes again', async () => {
  const ours = await box({ admitted: 'all' });
  const machine = await agent({ box: at(ours), boxHash: ours.hash });
  const nonsense: Uint8Array[] = [
    encodeFrame(messageTypes.ack, Buffer.from('not json')),
    encodeFrame(200, Buffer.alloc(3)),
    Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]),
    encodeFrame(messageTypes.ack, Buffer.from('{"run":"x","seqs":[[0,1]]}')),
  ];
  for (const [index, bytes] of nonsense.entries()) {
    const session = await ours.session(index);
    await machine.state('sending');
    session.sendRaw(bytes);
    await until('the agent closed', () => session.closed);
    assert.ok(session.heard.includes('error'));
  }
  await ours.session(nonsense.length);
});

test('an order from the box is told of once and not followed, whoever trusts it', async () => {
  const ours = await box({ admitted: 'all', acknowledge: true });
  const machine = await agent({ box: at(ours), boxHash: ours.hash });
  const session = await ours.session(0);
  await machine.state('sending');
  const order = Buffer.from(JSON.stringify({ id: 1, order: 'restart', signature: '00' }));
  for (let count = 0; count < 3; count++) session.sendRaw(encodeFrame(11, order));
  session.sendRaw(encodeFrame(13, Buffer.from('a file')));
  machine.tick(0.5);
  await until('it goes on', () => session.ticks.length === 1);
  const told = machine.lines.filter((line) => line.includes('level=warn') && line.includes('order'));
  assert.equal(told.length, 1, machine.lines.join('\n'));
  assert.ok(!session.closed && !session.heard.includes('error'));
});

test('a server without our protocol is no box', async () => {
  const { createServer } = await import('node:net');
  const deaf = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  started.push({ stop: () => new Promise((resolve) => deaf.close(() => resolve())) });
  const address = deaf.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const machine = await agent({ box: `127.0.0.1:${port}` });
  await assert.rejects(
    openConnection(
      { host: '127.0.0.1', port },
      { identity: machine.identity, clock: systemClock, signal: new AbortController().signal },
    ),
    { code: 'UNAVAILABLE' },
  );
});

test('a box that draws digits until they fit is left', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours) });
  const session = await ours.session(0);
  await machine.state('waiting');
  for (let count = 0; count < 20; count++) session.send('pairCommit', { commit: 'ab'.repeat(32) });
  await until('it leaves', () => session.closed);
  assert.match(machine.link.status().lastEnd ?? '', /too often/);
  assert.equal(machine.link.status().digits, null);
});

test('a box that asks and asks and never reads the answers is left', async () => {
  const ours = await box();
  const machine = await agent({ box: at(ours) });
  const session = await ours.session(0);
  await machine.state('waiting');
  session.stopReading();
  const ping = Buffer.from(encodeMessage('ping', { id: 1 }));
  const pings = Buffer.concat(Array.from({ length: 20_000 }, () => ping));
  await until('it leaves', () => {
    if (!session.closed) session.sendRaw(pings);
    return machine.link.status().lastEnd === 'the box does not read';
  });
});
