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
  connection.greet({ message: () => undefined, closed: (reason) => ends.push(reason) });
  t.after(() => connection.close('the test is over'));
  const session = await eventually('the box has the connection', () => box.sessions[0]);
  return { clock, ends, session };
}

test('a box that says nothing is asked, and left when it does not answer: it may have moved', async (t) => {
  const { clock, ends, session } = await connected(t);
  session.stopReading();
  await clock.advance(17_900);
  assert.deepEqual(ends, []);
  await clock.advance(200);
  assert.deepEqual(ends, ['the box is silent']);
  assert.equal(clock.timers, 0);
});

test('a box that answers when it is asked is not left', async (t) => {
  const { clock, ends, session } = await connected(t);
  for (let pings = 1; pings <= 5; pings++) {
    await clock.advance(10_000);
    await eventually(
      'the box was asked',
      () => session.heard.filter((kind) => kind === 'ping').length === pings,
    );
    session.send('ping', { id: pings });
    await eventually(
      'the agent has heard it',
      () => session.heard.filter((kind) => kind === 'pong').length === pings,
    );
  }
  assert.deepEqual(ends, []);
});
