// Kinds that judge signs: flags, what went down, what vanished, what was restarted, what comes and goes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { count } from '../../../appliance/watch/rules/count.ts';
import { flag } from '../../../appliance/watch/rules/flag.ts';
import { flapping } from '../../../appliance/watch/rules/flapping.ts';
import { interfaceDown } from '../../../appliance/watch/rules/interface-down.ts';
import { restarted } from '../../../appliance/watch/rules/restarted.ts';
import { serviceStopped } from '../../../appliance/watch/rules/service-stopped.ts';
import { vanished } from '../../../appliance/watch/rules/vanished.ts';
import { RuleSteps } from '../../helpers/rule-steps.ts';

test('a machine has vanished two minutes after it was heard last, unless it is asleep, off, or may be away', () => {
  const steps = new RuleSteps(vanished);
  assert.equal(steps.show({ at: 0 }), 'good');
  assert.equal(steps.show({ at: 30, state: 'silent', presence: { heardMs: 10_000 } }), 'unknown');
  assert.equal(steps.show({ at: 125, state: 'vanished' }), 'good', 'heard 115 s ago');
  assert.equal(steps.show({ at: 130 }), 'bad');
  assert.equal(steps.words('').en, 'Vanished: nothing heard for 2 min, and no goodbye');
  assert.equal(steps.show({ at: 140, presence: { expectedOff: true } }), 'unknown', 'it stays open');
  assert.equal(steps.show({ at: 150, presence: { expectedOff: false } }), 'bad');
  assert.equal(steps.show({ at: 160, state: 'up' }), 'good');
  for (const state of ['asleep', 'off'] as const)
    assert.equal(new RuleSteps(vanished).show({ at: 9_999, state, presence: { heardMs: 0 } }), 'good');
});

test('one that was expected to be off has the whole delay when it should be back', () => {
  const steps = new RuleSteps(vanished);
  const away = { heardMs: 0, expectedOff: true };
  assert.equal(steps.show({ at: 9_000, state: 'vanished', presence: away }), 'unknown');
  const morning = { expectedOff: false, expectedSinceMs: 10_000_000 };
  assert.equal(steps.show({ at: 10_000, presence: morning }), 'good');
  assert.equal(steps.show({ at: 10_119 }), 'good');
  assert.equal(steps.show({ at: 10_120 }), 'bad');
});

test('a flag holds for a while after it was set last', () => {
  const steps = new RuleSteps(flag, { metric: 'x', forMs: 0, holdMs: 600_000 });
  assert.deepEqual(steps.run(0, 5, [0, 1, 0]), ['good', 'bad', 'bad']);
  assert.equal(steps.show({ at: 300, value: 0 }), 'bad');
  assert.equal(steps.show({ at: 604, value: 0 }), 'bad');
  assert.equal(steps.show({ at: 605, value: 0 }), 'good');
  const slow = new RuleSteps(flag, { metric: 'x', forMs: 60_000, holdMs: 0 });
  assert.deepEqual(slow.run(0, 30, [1, 1, 0, 1, 1, 1, 0]), [
    'good',
    'good',
    'good',
    'good',
    'good',
    'bad',
    'good',
  ]);
  assert.match(slow.words('hw.status:power:under-voltage').en, /power supply is too weak/);
});

test('an interface is down only if it was ever up', () => {
  const never = new RuleSteps(interfaceDown, { forMs: 60_000 });
  assert.deepEqual(never.run(0, 60, [0, 0, 0]), ['good', 'good', 'good']);
  const once = new RuleSteps(interfaceDown, { forMs: 60_000 });
  assert.deepEqual(once.run(0, 60, [1, 0, 0, 1]), ['good', 'good', 'bad', 'good']);
  assert.equal(interfaceDown.judges?.('system.network.up:lo', {}), false);
  const service = new RuleSteps(serviceStopped, { forMs: 0 });
  assert.deepEqual(service.run(0, 60, [0, 1, 0]), ['good', 'good', 'bad']);
  assert.equal(service.words('system.service.up:ssh.service').fr, 'Le service ssh.service ne tourne plus');
});

test('a restart is an uptime that fell, and is over after a while', () => {
  const steps = new RuleSteps(restarted, { showMs: 600_000 });
  assert.deepEqual(steps.run(0, 5, [1000, 1005, 3]), ['good', 'good', 'bad']);
  assert.equal(steps.show({ at: 609 }), 'bad');
  assert.equal(steps.show({ at: 610 }), 'good');
  // A clock that was set moves it by less than that.
  assert.deepEqual(new RuleSteps(restarted).run(0, 5, [1000, 999.5]), ['good', 'good']);
});

test('a counter that grows by ten within ten minutes is bad, until it has calmed down', () => {
  const steps = new RuleSteps(count, { count: 10, withinMs: 600_000 });
  assert.equal(steps.show({ at: 0, value: 100 }), 'good');
  assert.equal(steps.show({ at: 60, value: 109 }), 'good');
  assert.equal(steps.show({ at: 120, value: 110 }), 'bad');
  assert.equal(steps.words('netmonitor.web.sign_in:failed').en, '10 failed sign-ins within 10 min');
  assert.equal(steps.show({ at: 400, value: 110 }), 'bad');
  assert.equal(steps.show({ at: 740, value: 110 }), 'good');
  const anew = new RuleSteps(count, { count: 10, withinMs: 600_000 });
  assert.deepEqual(
    anew.run(0, 60, [500, 4, 9, 10]),
    ['good', 'good', 'good', 'bad'],
    'a counter may begin anew',
  );
  const slow = new RuleSteps(count, { count: 10, withinMs: 600_000 });
  const each = slow.run(
    0,
    100,
    Array.from({ length: 60 }, (_, at) => at),
  );
  assert.ok(
    each.every((verdict) => verdict === 'good'),
    'six in ten minutes are not ten',
  );
});

test('what comes and goes six times in half an hour flaps; asleep and off are no going', () => {
  const steps = new RuleSteps(flapping, { changes: 6, withinMs: 1_800_000 });
  const states = ['up', 'silent', 'up', 'vanished', 'up', 'silent', 'up'] as const;
  const verdicts = states.map((state, at) => steps.show({ at: at * 60, state }));
  assert.deepEqual(verdicts, ['good', 'good', 'good', 'good', 'good', 'good', 'bad']);
  assert.equal(steps.words('').en, 'Comes and goes: 6 changes within 30 min');
  assert.equal(steps.show({ at: 60 + 1_800 }), 'bad', 'five are left');
  assert.equal(steps.show({ at: 300 + 1_800 }), 'good');
  const nights = new RuleSteps(flapping, { changes: 2, withinMs: 1_800_000 });
  const resting = ['up', 'asleep', 'up', 'off', 'up'] as const;
  assert.ok(resting.every((state, at) => nights.show({ at: at * 60, state }) === 'good'));
  const series = new RuleSteps(flapping, { metric: 'probe.up:x', changes: 3, withinMs: 600_000 });
  assert.deepEqual(series.run(0, 60, [1, 0, 1, 0]), ['good', 'good', 'good', 'bad']);
});
