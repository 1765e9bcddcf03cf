import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openConnection } from '../../agent/connection.ts';
import { openIdentity } from '../../agent/identity.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';
import { temporaryFolder } from '../helpers/folder.ts';
import { WireBox } from '../helpers/wire-box.ts';

async function connected(t: TestContext) {
  const box = await WireBox.start();
  t.after(() => box.stop());
  const identity = await openIdentity(temporaryFolder(t));
  const clock = new FakeClock();
  const where = { host: '127.0.0.1', port: box.port };
  const connection = await openConnection(where, { identity, clock, signal: new AbortController().signal });
  const ends: string[] = [];
  const heard: string[] = [];
  connection.greet({ message: ({ kind }) => heard.push(kind), closed: (reason) => ends.push(reason) });
  t.after(() => connection.close('the test is over'));
  const session = await eventually('the box has the connection', () => box.sessions[0]);
  return { clock, ends, heard, session };
}

test('a box that says nothing is asked, and left when it does not answer: it may have moved', async (t) => {
  const { clock, ends, session } = await connected(t);
  session.stopReading();
  await clock.advance(23_900);
  assert.deepEqual(ends, []);
  await clock.advance(200);
  assert.deepEqual(ends, ['the box is silent']);
  assert.equal(clock.timers, 0);
});

test('whatever a box says in time is an answer', async (t) => {
  const { clock, ends, heard, session } = await connected(t);
  session.stopReading();
  for (let count = 1; count <= 4; count++) {
    await clock.advance(23_500);
    session.send('pairEnd', {});
    await eventually('the agent has heard it', () => heard.length === count);
  }
  assert.deepEqual(ends, []);
});
