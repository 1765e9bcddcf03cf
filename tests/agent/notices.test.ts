import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Notice } from '../../agent/notice/notice.ts';
import { Notices } from '../../agent/notices.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';

function aPerson(o: { ofLink?: boolean; fails?: boolean } = {}) {
  const clock = new FakeClock();
  const shown: string[] = [];
  const lines: string[] = [];
  const notices = new Notices({
    ofLink: o.ofLink ?? true,
    clock,
    log: createLog({ name: 'agent', level: 'debug', write: (line) => lines.push(line) }),
    word: async (key, box) => `${key} ${box}`,
    async show({ title, text }: Notice) {
      if (o.fails) throw new Error('no desktop');
      shown.push(`${title}: ${text}`);
    },
  });
  return { clock, notices, shown, lines };
}

test('tells that it is connected, and that the box is away once it has been for a minute', async () => {
  const { clock, notices, shown } = aPerson();
  notices.link(false, '');
  await clock.advance(600_000);
  assert.deepEqual(shown, [], 'who was never connected has lost nothing');
  notices.link(true, 'netmonitor-abcd');
  await clock.advance(300_000);
  notices.link(false, '');
  await clock.advance(59_000);
  assert.equal(shown.length, 1);
  await clock.advance(1_000);
  assert.deepEqual(shown, [
    'connected netmonitor-abcd: connectedText netmonitor-abcd',
    'lost netmonitor-abcd: lostText netmonitor-abcd',
  ]);
});

test('a link that comes and goes is told of at most every two minutes, and only when it is news', async () => {
  const { clock, notices, shown } = aPerson();
  for (let at = 0; at < 120; at++) {
    notices.link(at % 2 === 0, 'box');
    await clock.advance(5_000);
  }
  assert.deepEqual(
    shown.map((line) => line.split(' ')[0]),
    ['connected'],
  );
  for (let at = 0; at < 20; at++) {
    notices.link(at % 2 === 1, 'box');
    await clock.advance(70_000);
  }
  assert.ok(shown.length <= 1 + 12, `${shown.length} in 23 minutes`);
  notices.stop();
  assert.equal(clock.timers, 0);
});

test('messages of a box are shown as they come, but a flood of them is not', async () => {
  const { clock, notices, shown, lines } = aPerson();
  for (let at = 0; at < 50; at++) notices.said(`word ${at}`);
  await clock.advance(0);
  assert.deepEqual(shown, ['message : word 0', 'message : word 1', 'message : word 2']);
  assert.equal(lines.filter((line) => line.includes('more notices')).length, 1);
  await clock.advance(20_000);
  for (let at = 0; at < 5; at++) notices.said(`later ${at}`);
  await clock.advance(0);
  assert.equal(shown.length, 4);
});

test('on the box itself only messages are shown; without a desktop there is a line in the log', async () => {
  const box = aPerson({ ofLink: false });
  box.notices.link(true, 'box');
  box.notices.said('word');
  await box.clock.advance(0);
  assert.deepEqual(box.shown, ['message box: word']);
  const server = aPerson({ fails: true });
  server.notices.link(true, 'box');
  await server.clock.advance(0);
  assert.ok(server.lines.some((line) => line.includes('no desktop')));
});
