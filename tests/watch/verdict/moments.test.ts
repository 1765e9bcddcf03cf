import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Trouble } from '../../../appliance/watch/verdict/explain.ts';
import { Moments } from '../../../appliance/watch/verdict/moments.ts';
import type { Failed } from '../../../appliance/watch/verdict/scene.ts';

const anchorMs = 1_700_000_000_000;

function machine(nth: number, beganMs: number, isCertain = true): Failed {
  const key = `machine:${nth}`;
  return {
    ...{ key, name: key, device: key, beganMs, where: 'near', isNameless: false, isFromBox: true },
    ...{ intervalMs: 0, behind: [], sameDevice: [], isCertain },
  };
}

const moments = () => new Moments({ wallOf: (atMs) => anchorMs + atMs, atOf: (wallMs) => wallMs - anchorMs });

test('a moment needs one that is certain, and is the network’s if most of them are', () => {
  const some = [1, 2, 3, 4].map((nth) => machine(nth, 10_000 + nth, false));
  const found = moments();
  found.find(some);
  assert.deepEqual(found.list(), []);
  const certain = some.map((one, at) => ({ ...one, isCertain: at === 0 }));
  found.find(certain);
  const [moment] = found.list();
  const sign = moment?.sign ?? '';
  const failing = new Map(certain.map((one) => [one.key, one]));
  const trouble = (sinceMs: number): Trouble => ({
    ...{ failing, moments: found.list() },
    network: { cause: 'gateway', sinceMs, untilMs: Number.POSITIVE_INFINITY },
  });
  assert.equal(found.isOfNetwork(sign, trouble(12_000)), true);
  assert.equal(found.isOfNetwork(sign, trouble(500_000)), false, 'they had been gone for long');
});

test('a moment is found again after a start by the sign of its incident, and forgotten when nothing came of it', () => {
  const before = moments();
  before.find([1, 2, 3].map((nth) => machine(nth, 10_000)));
  const [moment] = before.list();
  const incident = { kind: 'cause', subject: moment?.sign };
  const after = moments();
  after.follow([incident] as never, 20_000);
  assert.deepEqual(
    after.list().map(({ fromMs, toMs }) => [fromMs, toMs]),
    [[9_000, 71_000]],
  );
  after.follow([], 1_000_000);
  assert.deepEqual(after.list(), []);
});
