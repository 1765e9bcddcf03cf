// Rounds of looks: what several vantage points measure becomes what rules are shown, a failure once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keptOf, Tally } from '../../../appliance/watch/verdict/matrix-tally.ts';

const probe = { id: 'abcdefgh', intervalMs: 20_000 };
const state = 'probe.state:abcdefgh';
const whoIs = (machine: number) => ({ name: `Room ${machine}` });

/** Looks as `machine+` or `machine-` at seconds: the shares that are shown. */
function shares(tally: Tally, looks: readonly [at: number, look: string][]): (number | null)[] {
  return looks.map(([at, look]) => {
    const shown = tally.value(Number(look[0]), 'up', look[1] === '+' ? 1 : 0, at * 1000);
    if (shown !== null) assert.equal(shown.series, state);
    return shown?.value ?? null;
  });
}

test('one vantage point shows each look', () => {
  assert.deepEqual(
    shares(new Tally(probe, [1]), [
      [0, '1+'],
      [20, '1-'],
      [40, '1-'],
    ]),
    [1, 0, 0],
  );
});

test('several show their share when each has looked', () => {
  const tally = new Tally(probe, [1, 2, 3]);
  const first: [number, string][] = [
    ...([
      [0, '1+'],
      [5, '2-'],
      [7, '3+'],
    ] as [number, string][]),
    ...([
      [20, '1-'],
      [25, '2-'],
      [27, '3-'],
      [40, '1-'],
    ] as [number, string][]),
    ...([
      [45, '2-'],
      [47, '3+'],
      [60, '1+'],
    ] as [number, string][]),
  ];
  // Whoever is the first knows of no other yet.
  assert.deepEqual(shares(tally, first), [1, null, null, 1 / 3, null, null, 0, null, null, 2 / 3]);
});

test('nobody waits for who looks no more', () => {
  const tally = new Tally(probe, [1, 2]);
  shares(tally, [
    [0, '1+'],
    [1, '2-'],
    [20, '1+'],
  ]);
  // 2 has gone without a word; from the second time on 1 does not wait, and later it is alone.
  assert.deepEqual(
    shares(tally, [
      [40, '1-'],
      [60, '1+'],
      [80, '1+'],
      [100, '1+'],
    ]),
    [null, 0, 1, 1],
  );
  assert.deepEqual(
    tally.cells(82_000, whoIs).map(({ verdict }) => verdict),
    ['up', 'unknown'],
  );
});

test('who is away knows nothing, and begins anew', () => {
  const tally = new Tally(probe, [1, 2]);
  shares(tally, [
    [0, '1+'],
    [1, '2-'],
  ]);
  tally.away(2, true, 20_000);
  assert.deepEqual(
    shares(tally, [
      [19, '2-'],
      [20, '1+'],
    ]),
    [null, 1],
  );
  assert.deepEqual(
    tally.cells(20_000, whoIs).map(({ verdict, isAway }) => [verdict, isAway]),
    [
      ['up', false],
      ['unknown', true],
    ],
  );
  tally.away(1, true, 20_000);
  assert.equal(tally.isKnown(20_000), false);
  tally.away(2, false, 25_000);
  assert.equal(tally.isKnown(20_000), false, 'not before it has looked');
  assert.deepEqual(shares(tally, [[30, '2-']]), [0]);
});

test('the words of a failure stay with it until it answers again', () => {
  const tally = new Tally(probe, [1]);
  const reason = { code: 'REFUSED', detail: 'x' };
  shares(tally, [[0, '1-']]);
  tally.result(1, 'down', reason, 10_000);
  shares(tally, [[20, '1-']]);
  assert.deepEqual(tally.cells(20_000, whoIs)[0]?.reason, reason);
  shares(tally, [[9, '1+']]);
  assert.deepEqual(tally.cells(20_000, whoIs)[0]?.reason, reason, 'what was measured before came later');
  shares(tally, [[40, '1+']]);
  assert.equal(tally.cells(40_000, whoIs)[0]?.reason, null);
  tally.result(1, 'unknown', { code: 'SILENT', detail: '' }, 45_000);
  shares(tally, [[44, '1+']]);
  assert.equal(tally.cells(45_000, whoIs)[0]?.verdict, 'unknown');
  shares(tally, [[60, '1-']]);
  assert.equal(tally.cells(60_000, whoIs)[0]?.verdict, 'down');
});

test('durations are those of the middle one, certificates those of the first to end', () => {
  const tally = new Tally(probe, [1, 2, 3]);
  let atMs = 1_000;
  const take = (machine: number, kept: 'duration' | 'expiry', value: number) =>
    tally.value(machine, kept, value, atMs++);
  take(1, 'duration', 7);
  const round = [take(2, 'duration', 9), take(3, 'duration', 0.1), take(1, 'duration', 0.3)];
  assert.deepEqual(round, [null, null, { series: 'probe.latency:abcdefgh', value: 0.3 }]);
  take(1, 'expiry', 500);
  assert.equal(take(2, 'expiry', 400)?.value, 400);
  assert.equal(take(3, 'expiry', 600)?.value, 400);
});

test('the last value, which the store tells again with each sample of others, is no further look', () => {
  const tally = new Tally(probe, [1]);
  assert.deepEqual(
    shares(tally, [
      [0, '1-'],
      [0, '1-'],
      [0, '1-'],
      [20, '1-'],
      [20, '1-'],
    ]),
    [0, null, null, 0, null],
  );
});

test('strangers count for nothing, and series say what they are of', () => {
  assert.equal(new Tally(probe, [1]).value(7, 'up', 1, 0), null);
  assert.deepEqual(keptOf('probe.certificate.expiry:abcdefgh'), { kept: 'expiry', id: 'abcdefgh' });
  assert.deepEqual(keptOf('probe.up:abcdefgh'), { kept: 'up', id: 'abcdefgh' });
  assert.equal(keptOf('probe.loss:abcdefgh'), null);
});

test('each look is in one round at most, whatever the order', () => {
  const look = fc.record({
    machine: fc.integer({ min: 1, max: 4 }),
    afterMs: fc.nat(60_000),
    isUp: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(look, { maxLength: 60 }), (looks) => {
      const tally = new Tally(probe, [1, 2, 3, 4]);
      let atMs = 0;
      let shown = 0;
      const failures = new Map([1, 2, 3, 4].map((machine) => [machine, 0]));
      let failingRounds = 0;
      for (const { machine, afterMs, isUp } of looks) {
        atMs += afterMs;
        if (!isUp) failures.set(machine, failures.get(machine)! + 1);
        const tallied = tally.value(machine, 'up', isUp ? 1 : 0, atMs);
        if (tallied === null) continue;
        shown++;
        assert.ok(tallied.value >= 0 && tallied.value <= 1);
        if (tallied.value < 1) failingRounds++;
      }
      const lost = [...failures.values()].reduce((sum, one) => sum + one, 0);
      assert.ok(shown <= looks.length);
      assert.ok(failingRounds <= lost, 'no failure makes two rounds bad');
    }),
    { numRuns: 200 },
  );
});
