import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Schedule, Weekly } from '../../../appliance/watch/client/types.ts';
import { Schedules, scopesOf } from '../../../appliance/watch/incidents/holds.ts';
import { createLocalTimes, isActive, isZone } from '../../../appliance/watch/incidents/schedule.ts';

const local = createLocalTimes();
const weekly = (more: Partial<Weekly>): Schedule => ({
  ...{ id: 'x', kind: 'quiet', name: 'x', scopes: ['all'] },
  weekly: { days: [1, 2, 3, 4, 5], from: '22:00', to: '06:00', zone: 'Europe/Paris', ...more },
});
const at = (schedule: Schedule, date: string, trusted = true) =>
  isActive(schedule, Date.parse(date), trusted, local);

test('holds from the evening of its days to the morning after, by the clocks of its zone', () => {
  const night = weekly({});
  // 2026-11-20 is a Friday; Paris is one hour ahead in winter.
  assert.equal(at(night, '2026-11-20T20:59:59Z'), false);
  assert.equal(at(night, '2026-11-20T21:00:00Z'), true);
  assert.equal(at(night, '2026-11-21T04:59:59Z'), true, 'Saturday morning belongs to the night of Friday');
  assert.equal(at(night, '2026-11-21T05:00:00Z'), false);
  assert.equal(at(night, '2026-11-21T22:00:00Z'), false, 'Saturday evening is none of its days');
  assert.equal(at(night, '2026-11-23T04:00:00Z'), false, 'the night of Sunday neither');
  assert.equal(at(weekly({ days: [7] }), '2026-11-23T04:00:00Z'), true);
});

test('the same time twice is the whole day', () => {
  const sunday = weekly({ days: [7], from: '00:00', to: '00:00' });
  assert.equal(at(sunday, '2026-11-21T22:59:00Z'), false);
  assert.equal(at(sunday, '2026-11-21T23:00:00Z'), true);
  assert.equal(at(sunday, '2026-11-22T22:59:00Z'), true);
  assert.equal(at(sunday, '2026-11-22T23:00:00Z'), false);
});

test('follows the clocks when they are put forward and back', () => {
  const noon = weekly({ days: [1, 2, 3, 4, 5, 6, 7], from: '12:00', to: '13:00' });
  assert.equal(at(noon, '2026-03-28T11:30:00Z'), true, 'winter: an hour ahead');
  assert.equal(at(noon, '2026-03-29T11:30:00Z'), false);
  assert.equal(at(noon, '2026-03-29T10:30:00Z'), true, 'summer: two');
  // On 2026-03-29 there is no 02:30 in Paris: what begins in that hour begins at 03:00.
  const early = weekly({ days: [7], from: '02:30', to: '05:00' });
  assert.equal(at(early, '2026-03-29T00:59:59Z'), false);
  assert.equal(at(early, '2026-03-29T01:00:00Z'), true);
  assert.equal(at(early, '2026-03-29T02:59:00Z'), true);
  assert.equal(at(early, '2026-03-29T03:00:00Z'), false);
  // On 2026-10-25 there are two 02:30: it holds in both.
  const twice = weekly({ days: [7], from: '02:15', to: '02:45' });
  assert.equal(at(twice, '2026-10-25T00:30:00Z'), true);
  assert.equal(at(twice, '2026-10-25T00:50:00Z'), false);
  assert.equal(at(twice, '2026-10-25T01:30:00Z'), true);
  const night = weekly({ days: [6] });
  const minutes = (from: string, to: string) => {
    let held = 0;
    for (let ms = Date.parse(from); ms < Date.parse(to); ms += 60_000)
      if (isActive(night, ms, true, local)) held++;
    return held;
  };
  assert.equal(minutes('2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z'), 7 * 60, 'the short night');
  assert.equal(minutes('2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z'), 9 * 60, 'the long one');
});

test('while nobody knows the time only what was said for a moment holds', () => {
  assert.equal(
    at(weekly({ from: '00:00', to: '00:00', days: [1, 2, 3, 4, 5, 6, 7] }), '2026-11-20T20:00:00Z', false),
    false,
  );
  const once: Schedule = { ...weekly({}), once: { fromMs: 1000, toMs: 2000 } };
  assert.deepEqual(
    [999, 1000, 1999, 2000].map((ms) => isActive(once, ms, false, local)),
    [false, true, true, false],
  );
});

test('knows which zones there are', () => {
  assert.ok(isZone('Europe/Paris') && isZone('UTC') && isZone('Pacific/Auckland'));
  assert.ok(!isZone('Paris') && !isZone('Mars/Olympus') && !isZone(''));
});

test('counts for machines, groups or all, and quiet hours only for what is less severe than they say', () => {
  const schedules = new Schedules();
  const once = { fromMs: 0, toMs: 10 };
  schedules.use([
    { id: 'a', kind: 'quiet', name: 'a', scopes: ['group:lab'], once },
    { id: 'b', kind: 'maintenance', name: 'b', scopes: ['machine:2'], once },
    { id: 'c', kind: 'expected-off', name: 'c', scopes: ['all'], once },
    { id: 'd', kind: 'quiet', name: 'd', scopes: ['machine:9'], once, below: 'medium' },
  ]);
  const now = { wallMs: 5, trusted: true };
  const of = (machine: number | null, groups: string[] = [], subject = '') =>
    scopesOf({ machine, subject }, groups);
  const [lab, other, box] = [of(1, ['lab']), of(2), of(null)];
  assert.deepEqual([lab, box], [['all', 'group:lab', 'machine:1'], ['all']]);
  const probe = of(null, ['lab'], 'probe.state:abcdefgh');
  assert.deepEqual(probe, ['all', 'group:lab', 'probe:abcdefgh']);
  assert.deepEqual(of(3, [], 'probe.state:abcdefgh'), ['all', 'machine:3'], 'a rule of a machine');
  assert.equal(schedules.isQuietFor('high', lab, now), true);
  assert.equal(schedules.isQuietFor('critical', lab, now), false);
  assert.equal(schedules.isQuietFor('low', other, now), false);
  assert.equal(schedules.isQuietFor('low', of(9), now), true);
  assert.equal(schedules.isQuietFor('medium', of(9), now), false);
  assert.equal(schedules.inMaintenance(other, now), true);
  assert.equal(schedules.inMaintenance(lab, now), false);
  assert.equal(schedules.isExpectedOff(box, now), true);
  assert.equal(schedules.isExpectedOff(box, { ...now, wallMs: 10 }), false);
});
