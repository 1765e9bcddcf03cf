import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Bus } from '../../../agent/bus/bus.ts';
import { encodeCall, type Heard, readMessage } from '../../../agent/bus/message.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { eventually } from '../../helpers/eventually.ts';
import { FakeBus, recordedMessage } from '../../helpers/fake-bus.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const call = { destination: 'org.example', path: '/org/example', interface: 'org.example.I', member: 'Do' };

async function aBus(t: TestContext): Promise<{ bus: FakeBus; path: string }> {
  const path = join(temporaryFolder(t), 'bus');
  return { bus: await FakeBus.start(t, path), path };
}

test('a call has the bytes that the specification gives it', () => {
  const bytes = Buffer.from(encodeCall(7, { ...call, arguments: ['ä', ['a', '']] }));
  assert.deepEqual([...bytes.subarray(0, 4)], [0x6c, 1, 0, 1]);
  assert.equal(bytes.readUInt32LE(8), 7);
  const { type, interface: name, member, signature, body } = readMessage(bytes);
  assert.deepEqual([type, name, member, signature], [1, 'org.example.I', 'Do', 'sas']);
  assert.equal(body.text(), 'ä');
  assert.equal(body.u32(), 13, 'two texts: 4 + 1 + 1, filled up by 2, and 4 + 0 + 1');
});

test('it says who it is, greets and gets answers, also when they come in pieces', async (t) => {
  const { bus, path } = await aBus(t);
  const one = await Bus.open({ path, clock: systemClock });
  const user = Buffer.from(String(process.getuid!())).toString('hex');
  assert.deepEqual(bus.greetings, [`\0AUTH EXTERNAL ${user}`, 'BEGIN']);
  const units = recordedMessage('units');
  bus.answer = () => units.subarray(0, 700);
  const answer = one.call(call);
  await eventually('it was asked', () => bus.calls.includes('Do'), { everyMs: 5 });
  bus.say(units.subarray(700));
  assert.equal((await answer).signature, 'a(ssssssouso)');
  one.close();
});

test('an error is one, and a signal that was asked for is heard', async (t) => {
  const { bus, path } = await aBus(t);
  const signals: Heard[] = [];
  const one = await Bus.open({ path, clock: systemClock, onSignal: (signal) => signals.push(signal) });
  await assert.rejects(one.call(call), { message: 'org.freedesktop.DBus.Error.ServiceUnknown' });
  await one.listen("type='signal'");
  bus.say(recordedMessage('sleep'));
  await eventually('the signal', () => signals.length === 1, { everyMs: 5 });
  assert.equal(
    `${signals[0]?.interface}.${signals[0]?.member}`,
    'org.freedesktop.login1.Manager.PrepareForSleep',
  );
  assert.equal(signals[0]?.body.u32(), 1);
  one.close();
});

test('a bus that lets nobody in, says nonsense or goes away fails what waits, and nothing hangs', async (t) => {
  const { bus, path } = await aBus(t);
  bus.welcome = 'REJECTED EXTERNAL\r\n';
  await assert.rejects(Bus.open({ path, clock: systemClock }), /does not let this user in/);
  bus.welcome = 'OK 00\r\n';
  const confused = await Bus.open({ path, clock: systemClock });
  bus.answer = () => undefined;
  const waiting = confused.call(call);
  await eventually('it was asked', () => bus.calls.includes('Do'), { everyMs: 5 });
  bus.say(Buffer.from('HTTP/1.1 400 Bad Request\r\n'));
  await assert.rejects(waiting, /no message of D-Bus/);
  assert.equal(confused.open, false);
  await assert.rejects(confused.call(call), /no message of D-Bus/);
  bus.answer = (member) => (member === 'Hello' ? recordedMessage('hello') : undefined);
  const cut = await Bus.open({ path, clock: systemClock });
  const gone = cut.call(call);
  bus.cut();
  await assert.rejects(gone, /closed|EPIPE|ECONNRESET/);
  await assert.rejects(Bus.open({ path: `${path}-none`, clock: systemClock }), { code: 'ENOENT' });
});

test('a bus that does not answer is given up at its deadline', async (t) => {
  const { bus, path } = await aBus(t);
  const clock = new FakeClock();
  bus.answer = () => undefined;
  const opening = Bus.open({ path, clock });
  opening.catch(() => undefined); // looked at below
  await eventually('it was greeted', () => bus.calls.includes('Hello'), { everyMs: 5 });
  await clock.advance(10_000);
  await assert.rejects(opening, /did not answer/);
  assert.equal(clock.timers, 0);
});
