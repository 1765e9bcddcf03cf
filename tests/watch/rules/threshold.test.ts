import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bandwidth } from '../../../appliance/watch/rules/bandwidth.ts';
import { clockOff } from '../../../appliance/watch/rules/clock-off.ts';
import { threshold } from '../../../appliance/watch/rules/threshold.ts';
import { RuleSteps } from '../../helpers/rule-steps.ts';

const cpu = {
  metric: 'system.cpu.utilization',
  limit: 0.9,
  hysteresis: 0.1,
  forMs: 300_000,
  clearMs: 60_000,
};

test('is bad after five minutes above the limit, and says by how much and since when', () => {
  const steps = new RuleSteps(threshold, cpu);
  assert.equal(steps.show({ at: 0 }), 'unknown');
  const verdicts = steps.run(0, 60, [0.95, 0.92, 0.97, 0.99, 0.9, 0.97]);
  assert.deepEqual(verdicts, ['good', 'good', 'good', 'good', 'good', 'bad']);
  assert.deepEqual(steps.words('system.cpu.utilization'), {
    en: 'CPU at 97 % (limit 90 %), for 5 min',
    fr: 'Processeur à 97 % (limite 90 %), depuis 5 min',
  });
});

test('a dip within the hysteresis begins nothing anew, one below it does', () => {
  const shallow = new RuleSteps(threshold, cpu).run(0, 50, [0.95, 0.85, 0.95, 0.95, 0.95, 0.85, 0.95]);
  assert.equal(shallow.at(-1), 'bad');
  const deep = new RuleSteps(threshold, cpu).run(0, 50, [0.95, 0.75, 0.95, 0.95, 0.95, 0.85, 0.95]);
  const long = new RuleSteps(threshold, cpu).run(0, 50, [0.95, 0.85, 0.85, 0.85, 0.95, 0.95, 0.95]);
  assert.equal(long.at(-1), 'good', 'more than a minute behind the limit is no dip');
  assert.equal(deep.at(-1), 'good');
});

test('a value between the two limits is never the first bad one, nor the last', () => {
  const steps = new RuleSteps(threshold, { ...cpu, forMs: 60_000 });
  assert.deepEqual(steps.run(0, 60, [0.85, 0.85, 0.85]), ['good', 'good', 'good']);
  assert.deepEqual(steps.run(180, 60, [0.95, 0.95, 0.85, 0.81]), ['good', 'bad', 'bad', 'bad']);
});

test('is good again after a minute behind the hysteresis, not after a moment', () => {
  const steps = new RuleSteps(threshold, cpu, true);
  assert.deepEqual(steps.run(0, 30, [0.95, 0.5, 0.85, 0.5, 0.5, 0.5]), [
    'bad',
    'bad',
    'bad',
    'bad',
    'bad',
    'good',
  ]);
});

test('what is not measured or not heard is unknown, and a gap counts for nothing', () => {
  const steps = new RuleSteps(threshold, cpu);
  steps.run(0, 100, [0.95, 0.95]);
  assert.equal(steps.show({ at: 460 }), 'good');
  assert.equal(steps.show({ at: 461 }), 'unknown');
  assert.equal(steps.show({ at: 500, value: 0.95 }), 'good', 'the five minutes begin again');
  assert.equal(steps.show({ at: 799, value: 0.95 }), 'good');
  assert.equal(steps.show({ at: 800, value: 0.95 }), 'bad');
  assert.equal(steps.show({ at: 810, state: 'silent', value: 0.1 }), 'unknown');
  assert.equal(steps.show({ at: 820, state: 'up' }), 'unknown', 'values from before do not count');
  assert.equal(steps.show({ at: 825, value: 0.95 }), 'bad', 'it was bad and is bad');
});

test('who goes before the time is over begins anew', () => {
  const steps = new RuleSteps(threshold, cpu);
  steps.run(0, 100, [0.95, 0.95, 0.95]);
  steps.show({ at: 220, state: 'silent' });
  steps.show({ at: 230, state: 'up' });
  assert.equal(steps.show({ at: 310, value: 0.95 }), 'good');
});

test('works below a limit too, and on rates of counters', () => {
  const below = new RuleSteps(threshold, {
    ...cpu,
    side: 'below',
    limit: 10,
    hysteresis: 2,
    forMs: 0,
    clearMs: 0,
  });
  assert.deepEqual(below.run(0, 5, [11, 10, 11.9, 12.1, 12]), ['good', 'bad', 'bad', 'good', 'good']);
  const network = new RuleSteps(bandwidth, { limit: 1e6, forMs: 10_000 });
  assert.equal(network.show({ at: 0, value: 5e12, rate: 2e6 }), 'good');
  assert.equal(network.show({ at: 10, value: 5e12, rate: 2.5e6 }), 'bad');
  assert.match(network.words('system.network.io:eth0:receive').fr, /Réseau eth0 receive à 2,5 Mo\/s/);
});

test('a clock that is off counts in both directions', () => {
  const steps = new RuleSteps(clockOff, { limit: 60, forMs: 0 });
  assert.equal(steps.show({ at: 0, value: -61 }), 'bad');
  assert.deepEqual(steps.words(''), { en: 'The clock is off by 61 s', fr: 'L’horloge est fausse de 61 s' });
});

test('says which series each kind judges', () => {
  const io = (name: string, direction: string) => bandwidth.judges?.(name, { direction });
  assert.equal(io('system.network.io:lo:receive', 'either'), false);
  assert.equal(io('system.network.io:eth0:receive', 'either'), true);
  assert.equal(io('system.network.io:eth0:receive', 'transmit'), false);
});
