// Kinds that know what is usual: spikes, and disks that fill.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diskFilling } from '../../../appliance/watch/rules/disk-filling.ts';
import { spike } from '../../../appliance/watch/rules/spike.ts';
import { Random } from '../../bench/random.ts';
import { RuleSteps } from '../../helpers/rule-steps.ts';

const usual = { metric: 'system.network.io:*', factor: 3, floor: 1e6, windowMs: 3_600_000 };
const minutes = (steps: RuleSteps, from: number, values: readonly number[]) =>
  steps.run(from * 60, 60, values);
const flat = (count: number, value: number) => Array.from({ length: count }, () => value);

test('three times the recent mean is a spike, twice is none, and nothing below the floor', () => {
  const steps = new RuleSteps(spike, usual);
  assert.equal(minutes(steps, 0, flat(10, 1e6)).at(-1), 'unknown', 'ten minutes have to be over first');
  assert.equal(minutes(steps, 10, [1e6, 2.5e6, 1e6]).at(-1), 'good');
  assert.equal(minutes(steps, 13, [3.5e6, 1e6])[1], 'bad', 'as soon as the minute is over');
  assert.match(
    steps.words('system.network.io:eth0:receive').en,
    /Network eth0 receive: 3.5 MB\/s, where 1 MB\/s is usual/,
  );
  assert.equal(minutes(steps, 15, [1e6]).at(-1), 'good');
  const small = new RuleSteps(spike, usual);
  assert.equal(minutes(small, 0, [...flat(20, 1e4), 9e5, 1e4]).at(-1), 'good');
});

test('a spike does not hide the next by raising the mean, and a new level becomes usual', () => {
  const steps = new RuleSteps(spike, usual);
  minutes(steps, 0, flat(60, 1e6));
  const long = minutes(steps, 60, [...flat(12, 1e8), 1e6]);
  assert.ok(long.slice(1).every((verdict) => verdict === 'bad'));
  minutes(steps, 73, flat(3, 1e6));
  assert.equal(minutes(steps, 76, [4e6, 1e6])[1], 'bad', 'four times what is usual, also now');
  const level = new RuleSteps(spike, usual);
  minutes(level, 0, flat(60, 1e6));
  assert.equal(minutes(level, 60, flat(50, 1e7)).at(-1), 'good');
});

const day = 24;
/** A value an hour. */
function hours(steps: RuleSteps, values: readonly number[]) {
  return steps.run(0, 3_600, values);
}

test('a disk that grows by 2 % a day is told a week ahead, with the days that are left', () => {
  const random = new Random(7);
  const steps = new RuleSteps(diskFilling, { days: 7 });
  const grows = Array.from(
    { length: 4 * day },
    (_, hour) => 0.8 + (0.02 * hour) / day + 0.003 * random.normal(),
  );
  const verdicts = hours(steps, grows);
  assert.equal(verdicts[2 * day - 1], 'unknown');
  assert.equal(verdicts[2.5 * day], 'good', 'at 85 % more than a week is left');
  const later = steps.run(
    4 * day * 3600,
    3600,
    Array.from({ length: 3 * day }, (_, hour) => 0.88 + (0.02 * hour) / day + 0.003 * random.normal()),
  );
  assert.equal(later.at(-1), 'bad');
  const { days } = steps.evidence;
  assert.ok(typeof days === 'number' && days > 2 && days < 4.5, String(days));
  assert.match(
    steps.words('system.filesystem.utilization:/var').fr,
    /Disque \/var \(plein à 94 %\) sera plein dans environ 3 jours/,
  );
});

test('a rise that chance alone could make is no forecast', () => {
  const values = [0.97, 0.985, 0.979, 0.972, 0.99, 0.975, 0.98, 0.972, 0.986, 0.983, 0.983];
  const steps = new RuleSteps(diskFilling, { days: 30 });
  assert.equal(steps.run(0, 6 * 3600, values).at(-1), 'good', 'its middle would fill the disk in a week');
});

test('neither noise, nor what comes and goes every day, nor one big file is a trend', () => {
  const random = new Random(8);
  const week = Array.from({ length: 7 * day }, (_, hour) => hour);
  const noise = week.map(() => 0.93 + 0.01 * random.normal());
  const daily = week.map((hour) => 0.85 + 0.1 * ((hour % day) / day));
  const file = week.map((hour) => (hour < 5 * day ? 0.6 : 0.9));
  for (const [name, values] of Object.entries({ noise, daily, file }))
    assert.equal(hours(new RuleSteps(diskFilling), values).at(-1), 'good', name);
});
