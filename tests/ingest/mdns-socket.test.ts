import assert from 'node:assert/strict';
import { once } from 'node:events';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import { mdnsSocket, neighboursOf, Sieve } from '../../appliance/ingest/mdns-socket.ts';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { FakeClock } from '../helpers/clock.ts';

const header = (flags: number) => Buffer.from([0, 0, flags, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
const asking = (words: string) => Buffer.concat([header(0), Buffer.from(words)]);
const ours = asking('\x0b_netmonitor\x04_tcp\x05local');
const neighbour = { address: '10.1.2.3' };

function setup() {
  const clock = new FakeClock();
  const neighbours = new BlockList();
  neighbours.addSubnet('10.1.2.0', 24);
  return { clock, sieve: new Sieve({ clock, neighbours }) };
}

test('questions for us pass, in whatever letters', () => {
  const { sieve } = setup();
  for (const words of ['_NetMonitor._tcp', 'netmonitor-abcd', '_services\x07_dns-sd'])
    assert.ok(sieve.passes(asking(words), neighbour), words);
});

test('answers, questions for others and less than a header are dropped', () => {
  const { sieve } = setup();
  const answer = Buffer.from(ours);
  answer[2] = 0x84;
  for (const message of [answer, asking('_printer._tcp'), header(0), Buffer.alloc(0)])
    assert.equal(sieve.passes(message, neighbour), false);
});

test('who does not share our network is not heard', () => {
  const { sieve } = setup();
  for (const address of ['10.1.3.1', '8.8.8.8', 'fe80::1'])
    assert.equal(sieve.passes(ours, { address }), false);
  assert.ok(sieve.passes(ours, neighbour));
});

test('twenty questions are heard at once, then five a second; what is dropped for other reasons counts nothing', async () => {
  const { sieve, clock } = setup();
  const heard = (count: number) =>
    Array.from({ length: count }, () => sieve.passes(ours, neighbour)).filter((passed) => passed).length;
  for (let at = 0; at < 100; at++) sieve.passes(ours, { address: '8.8.8.8' });
  assert.equal(heard(100), 20);
  await clock.advance(1_000);
  assert.equal(heard(100), 5);
});

test('our own network and link-local addresses are neighbours of an address', () => {
  const list = neighboursOf('127.0.0.1');
  assert.ok(list.check('127.3.4.5') && list.check('169.254.7.7'));
  assert.equal(list.check('10.0.0.1'), false);
});

test('a listener of the socket hears only what passes', async () => {
  const socket = mdnsSocket('127.0.0.1', systemClock);
  try {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const heard: string[] = [];
    socket.on('message', (message: Buffer) => heard.push(message.toString('latin1', 12)));
    const first = once(socket, 'message');
    for (const words of ['_printer', '_netmonitor'])
      socket.send(asking(words), socket.address().port, '127.0.0.1');
    await first;
    assert.deepEqual(heard, ['_netmonitor']);
  } finally {
    socket.close();
  }
});
