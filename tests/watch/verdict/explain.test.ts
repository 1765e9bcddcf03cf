// What explains a failure: each class, each border of it; and who fails together.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NetworkCause } from '../../../appliance/watch/verdict/cause.ts';
import { affectedWords, backWords } from '../../../appliance/watch/verdict/cause-words.ts';
import { explain, type Failing, newMoment, slackMs } from '../../../appliance/watch/verdict/explain.ts';
import { type Failed, whereOf } from '../../../appliance/watch/verdict/scene.ts';

const sinceMs = 1_000_000;

function failing(key: string, more: Partial<Failed> = {}): Failed {
  return {
    ...{ key, name: key, beganMs: sinceMs, where: 'near', isNameless: false, isFromBox: true, behind: [] },
    ...{ intervalMs: 0, sameDevice: [], device: key, isCertain: true, ...more },
  };
}

function found(
  one: Failing,
  o: { cause?: NetworkCause; untilMs?: number; others?: readonly Failed[] } = {},
): string {
  const { cause, untilMs = Number.POSITIVE_INFINITY, others = [] } = o;
  const explanation = explain(one, {
    network: cause === undefined ? null : { cause, sinceMs, untilMs },
    failing: new Map(others.map((other) => [other.key, other])),
    moments: [{ sign: 'then', fromMs: sinceMs + 500_000, toMs: sinceMs + 560_000 }],
  });
  return explanation === null || explanation === 'wait'
    ? String(explanation)
    : Object.values(explanation).join();
}

test('what stands where is explained by what fails between', () => {
  const at = (where: Failing['where'], cause: NetworkCause, more: Partial<Failing> = {}) =>
    found(failing('probe:a', { where, ...more }), { cause });
  for (const where of ['near', 'inside', 'outside', 'named'] as const) {
    assert.equal(at(where, 'box'), 'box');
    assert.equal(at(where, 'gateway'), 'gateway');
    assert.equal(at(where, 'internet'), where === 'outside' || where === 'named' ? 'internet' : 'null');
    assert.equal(at(where, 'names'), 'null');
    assert.equal(at(where, 'names', { isNameless: true }), 'names');
  }
  const later = { beganMs: sinceMs + slackMs + 1 };
  assert.equal(
    at('near', 'gateway', later),
    'null',
    'beside the gateway it went with it, or not because of it',
  );
  assert.equal(at('inside', 'gateway', later), 'gateway');
});

test('what failed long before, after the end, or for machines elsewhere only has another reason', () => {
  const outside = (more: Partial<Failing>) => failing('probe:a', { where: 'outside', ...more });
  const cause = 'gateway';
  assert.equal(found(outside({ beganMs: sinceMs - slackMs }), { cause }), 'gateway');
  assert.equal(found(outside({ beganMs: sinceMs - slackMs - 1 }), { cause }), 'null');
  assert.equal(
    found(outside({ beganMs: sinceMs + 60_000 }), { cause, untilMs: sinceMs + 60_000 }),
    'gateway',
  );
  assert.equal(found(outside({ beganMs: sinceMs + 60_001 }), { cause, untilMs: sinceMs + 60_000 }), 'null');
  assert.equal(found(outside({ isFromBox: false }), { cause }), 'null');
  assert.equal(found(failing('machine:5', { where: 'outside', isFromBox: false }), { cause }), 'gateway');
});

test('a parent that fails explains what hangs behind it, when that is certain; a cut cable explains the parent', () => {
  const child = failing('probe:a', { behind: [['b', 'c']] });
  const parent = failing('probe:c');
  assert.equal(found(child), 'null');
  assert.equal(found(child, { others: [parent] }), 'probe:c');
  assert.equal(found(child, { others: [{ ...parent, isCertain: false }] }), 'wait');
  assert.equal(found(child, { others: [{ ...parent, beganMs: sinceMs + slackMs + 1 }] }), 'null');
  assert.equal(found(child, { others: [parent], cause: 'box' }), 'box');
  assert.equal(
    found(child, { others: [parent], cause: 'gateway' }),
    'probe:c',
    'the nearest, which has its own cause',
  );
  assert.equal(
    found(failing('probe:c', { behind: [['c']] }), { others: [parent] }),
    'null',
    'nobody explains itself',
  );
  const forTwo = failing('probe:a', { isFromBox: false, behind: [['b'], ['c']] });
  assert.equal(found(forTwo, { others: [parent] }), 'null', 'one of both rooms only');
  assert.equal(found(forTwo, { others: [parent, failing('probe:b')] }), 'probe:b');
});

test('what hangs behind a probe that comes with the program is explained by the cause that it tells of', () => {
  const later = { beganMs: sinceMs + slackMs + 1, isFromBox: false };
  const behind = (id: string, cause: NetworkCause, more: Partial<Failing> = {}) =>
    found(failing('probe:a', { ...later, behind: [[id]], ...more }), { cause });
  assert.equal(behind('boxroute', 'gateway'), 'gateway');
  assert.equal(behind('boxroute', 'internet'), 'null', 'it answers');
  assert.equal(behind('outsidea', 'internet'), 'internet');
  assert.equal(behind('outsideb', 'gateway'), 'gateway');
  assert.equal(behind('boxnames', 'names'), 'names');
  assert.equal(behind('boxroute', 'gateway', { beganMs: sinceMs - slackMs - 1 }), 'null', 'long before');
  const both = { behind: [['boxroute'], ['switchab']] };
  assert.equal(behind('', 'gateway', both), 'null', 'who is elsewhere hangs behind something that works');
});

test('a device that is gone explains all that is asked of it', () => {
  const web = failing('probe:web', { sameDevice: ['machine:5', 'probe:ping'] });
  assert.equal(found(web), 'null');
  assert.equal(found(web, { others: [failing('probe:ping')] }), 'probe:ping');
  assert.equal(found(web, { others: [failing('machine:5', { isCertain: false })] }), 'wait');
  assert.equal(found(web, { others: [failing('probe:ping'), failing('machine:5')] }), 'machine:5');
  // Anybody may say that the address is his, and be gone before it fails.
  const machine = failing('machine:5');
  const borders: [afterMs: number, by: string][] = [
    [-slackMs - 1, 'null'],
    [-slackMs, 'machine:5'],
    [slackMs + 20_000, 'machine:5'],
    [slackMs + 20_001, 'null'],
  ];
  for (const [afterMs, by] of borders)
    assert.equal(
      found({ ...web, beganMs: sinceMs + afterMs, intervalMs: 20_000 }, { others: [machine] }),
      by,
      String(afterMs),
    );
  const later = { ...web, beganMs: sinceMs + 10 * slackMs };
  assert.equal(found(later, { others: [machine, failing('probe:ping')] }), 'probe:ping', 'asked by the box');
});

test('three devices that fail within a minute are one moment, however many probes look at them', () => {
  const at = (ms: number, device: string) => failing(`probe:${device}${ms}`, { beganMs: ms, device });
  assert.equal(newMoment([at(0, 'a'), at(1, 'b'), at(2, 'b'), at(3, 'a')]), null);
  assert.equal(newMoment([at(0, 'a'), at(30_000, 'b'), at(60_001, 'c')]), null);
  assert.deepEqual(newMoment([at(60_000, 'c'), at(0, 'a'), at(1, 'b')]), { fromMs: 0, toMs: 60_000 });
  assert.deepEqual(newMoment([at(0, 'x'), at(90_000, 'a'), at(90_000, 'b'), at(90_001, 'c')]), {
    fromMs: 90_000,
    toMs: 150_000,
  });
  const within = failing('machine:5', { beganMs: sinceMs + 520_000 });
  assert.equal(found(within), 'then');
  assert.equal(found(within, { cause: 'internet' }), 'then');
  assert.equal(found(within, { cause: 'box' }), 'box');
});

test('an address is near, behind the gateway or outside; a name that nobody outside gives is near', () => {
  const own = ['192.168.1.2/24', '2001:db8:1::2/64'];
  const where = (host: string) => whereOf(host, own);
  for (const host of [
    '192.168.1.77',
    '2001:db8:1::77',
    'printer',
    'nas.local',
    'Pc.Lan.',
    'fritz.box',
    '@gateway',
  ])
    assert.equal(where(host), 'near', host);
  for (const host of ['10.1.2.3', '192.168.2.1', 'fd00::1']) assert.equal(where(host), 'inside', host);
  for (const host of ['203.0.113.7', '2001:db8:2::1']) assert.equal(where(host), 'outside', host);
  for (const host of ['www.school.example', 'localhost.example.com'])
    assert.equal(where(host), 'named', host);
  assert.equal(whereOf('192.168.1.77', []), 'inside');
});

test('lists name ten that are gone and all that came back, in the order of people, and fit into an occasion', () => {
  const names = Array.from({ length: 12 }, (_, nth) => `pc-${12 - nth}`);
  assert.deepEqual(affectedWords(names), {
    en: 'This explains 12: pc-1, pc-2, pc-3, pc-4, pc-5, pc-6, pc-7, pc-8, pc-9, pc-10 and 2 more',
    fr: 'Cela en explique 12 : pc-1, pc-2, pc-3, pc-4, pc-5, pc-6, pc-7, pc-8, pc-9, pc-10 et 2 de plus',
  });
  assert.equal(affectedWords([]), null);
  assert.equal(backWords([], []), null);
  assert.deepEqual(backWords(['pc-1'], ['nas']), {
    en: '1 is back: pc-1. Not back yet, 1: nas.',
    fr: '1 est de retour : pc-1. Pas encore de retour, 1 : nas.',
  });
  const many = Array.from({ length: 1_000 }, (_, nth) => `${'x'.repeat(90)}-${nth}`);
  const words = backWords(many, many);
  for (const text of [words!.en, words!.fr]) {
    assert.ok(text.length <= 4_096, String(text.length));
    assert.match(text, /^1000 (are back|sont de retour)/);
    assert.match(text, /9\d\d (more|de plus)/);
  }
});
