// What the box tells without any server: on desktops through agents, by a light and a buzzer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from '../../../appliance/protocol/limits.ts';
import { Malformed } from '../../../appliance/protocol/malformed.ts';
import { plainMarks } from '../../../appliance/protocol/marks.ts';
import { hasControls } from '../../../appliance/runtime/plain-text.ts';
import { desktop, lineOf } from '../../../appliance/watch/notifiers/desktop.ts';
import { type Letter, Undelivered } from '../../../appliance/watch/notifiers/notifier.ts';
import { signal } from '../../../appliance/watch/notifiers/signal.ts';
import { ReachInRam } from '../../helpers/notices.ts';

const letter: Letter = {
  ...{ messageId: 'a', thread: null, severity: 'high', isGood: false, subject: 'PC 7: disk full' },
  ...{ link: null, times: 'times: UTC' },
  ...{ items: [], notes: ['This message is 14 min late.'], atMs: 1, saidMs: 1, isTest: false },
};
const order = { letter, left: null, timeoutMs: 1_000, signal: new AbortController().signal };

function reachOf(): ReachInRam {
  const reach = new ReachInRam();
  for (const [at, name] of ['ANNE', 'LUC', 'SALLE-3'].entries()) reach.names.set(at + 1, name);
  reach.groups.set('office', [2, 3, 9]);
  return reach;
}

const refusedBy = (sending: Promise<unknown>, words: RegExp) =>
  assert.rejects(sending, (error: unknown) => {
    assert.ok(error instanceof Undelivered && !error.isFinal, String(error));
    assert.match(error.message, words);
    return true;
  });

test('a notice goes to machines and groups, once to each, and is delivered when one agent took it', async () => {
  const reach = reachOf();
  const options = { machines: [1, 2], groups: ['office'] };
  await refusedBy(desktop.send({ ...order, reach, options }), /none of 3 machines is connected/);
  reach.connected.add(1).add(3);
  const { words, left } = await desktop.send({ ...order, reach, options });
  assert.equal(words, 'shown on 2 of 3 machines; not connected: LUC');
  assert.deepEqual(left, []);
  const text = 'PC 7: disk full · This message is 14 min late.';
  assert.deepEqual(reach.shown, [
    { machine: 1, text },
    { machine: 3, text },
  ]);
  reach.away = true;
  await refusedBy(desktop.send({ ...order, reach, options }), /nobody answers/);
  await refusedBy(
    desktop.send({ ...order, reach, options: { machines: [9] } }),
    /none of these machines is there any more/,
  );
  assert.throws(() => desktop.assertFits?.({}), Malformed);
});

test('whatever a machine is called, a notice is one plain line that the wire takes', () => {
  const strange = fc.string({ unit: 'binary', maxLength: 250 });
  fc.assert(
    fc.property(strange, strange, (subject, note) => {
      const line = lineOf({ subject, notes: [note] });
      assert.ok(line.length <= limits.noticeLength && plainMarks.test(line) && !hasControls(line), line);
    }),
    { numRuns: 40 },
  );
  const long = lineOf({ subject: 'x'.repeat(500), notes: ['late'] });
  assert.deepEqual([long.length, long.at(-1)], [200, '…']);
});

test('light and buzzer are set to what is so, a test shows them for a moment, and a panel that is away is said', async () => {
  const reach = reachOf();
  const options = { output: 'both' } as const;
  assert.equal((await signal.send({ ...order, reach, options })).words, 'light on, buzzer off');
  await signal.send({ ...order, reach, options, letter: { ...letter, isTest: true } });
  assert.deepEqual(reach.tried, ['both']);
  reach.away = true;
  await refusedBy(signal.send({ ...order, reach, options }), /nobody answers/);
});
