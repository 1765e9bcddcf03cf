// Kinds that judge probes: failing for everybody or for some, slow, certificates that end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificate } from '../../../appliance/watch/rules/certificate.ts';
import { flapping } from '../../../appliance/watch/rules/flapping.ts';
import { probeFailing } from '../../../appliance/watch/rules/probe-failing.ts';
import { probeLatency } from '../../../appliance/watch/rules/probe-latency.ts';
import { RuleSteps } from '../../helpers/rule-steps.ts';

const failing = (options = {}, wasBad = false) => new RuleSteps(probeFailing, options, wasBad);
const dayS = 86_400;

test('a probe fails after three failures in a row, and is good again at once', () => {
  const steps = failing();
  assert.equal(steps.show({ at: 0 }), 'unknown');
  const seen = steps.run(0, 20, [1, 0, 0, 1, 0, 0, 0, 0, 1]);
  assert.deepEqual(seen.map((one) => one[0]).join(''), 'ggggggbbg');
});

test('or after two minutes, but never after one lost look, however long ago that was', () => {
  const steps = failing();
  assert.equal(steps.show({ at: 0, value: 0 }), 'good');
  assert.equal(steps.show({ at: 3_600 }), 'good', 'time alone says nothing');
  assert.equal(steps.show({ at: 7_200, value: 0 }), 'bad', 'an hour later it fails again');
  const slow = failing();
  assert.deepEqual(slow.run(0, 60, [0, 0, 0]), ['good', 'good', 'bad']);
  assert.deepEqual(failing({ forMs: 0 }).run(0, 20, [0, 0]), ['good', 'bad']);
  const often = failing({ failures: 1000 });
  const all = often.run(0, 20, [0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(all.indexOf('bad'), 6, 'two minutes after the first');
});

test('failing for some is another matter than failing for everybody', () => {
  const partly = [1, 0.5, 0.5, 0.5, 0, 0, 0, 0.5, 1];
  const initials = (who: string) =>
    failing({ who })
      .run(0, 20, partly)
      .map((one) => one[0])
      .join('');
  assert.equal(initials('everybody'), 'ggggggbgg');
  assert.equal(initials('anybody'), 'gggbbbbbg');
});

test('while nobody knows it is unknown, and what was pending begins anew', () => {
  const steps = failing();
  steps.run(0, 20, [0, 0]);
  assert.equal(steps.show({ at: 50, state: 'silent' }), 'unknown');
  assert.equal(steps.show({ at: 60, state: 'up' }), 'unknown');
  assert.deepEqual(steps.run(60, 20, [0, 0, 0]), ['good', 'good', 'bad']);
  assert.equal(steps.show({ at: 120, state: 'silent' }), 'unknown');
  assert.equal(steps.show({ at: 130, state: 'up', value: 0 }), 'bad', 'it was and is');
  const reborn = failing({}, true);
  assert.equal(reborn.show({ at: 0 }), 'unknown');
  assert.equal(reborn.show({ at: 5, value: 0 }), 'bad');
});

test('says for whom it fails, and at least that it does', () => {
  const evidence = { probe: 'Files', checked: 1, known: 1, failing: 1, who: 'Room 3', reason: 'REFUSED' };
  assert.equal(
    probeFailing.words({ ...evidence, failures: 3 }, '').en,
    'Room 3 cannot reach Files: the connection was refused',
  );
  assert.deepEqual(probeFailing.words({ probe: 'Files', forMs: 120_000 }, ''), {
    en: 'Files fails, for 2 min',
    fr: 'Files échoue, depuis 2 min',
  });
  const comesAndGoes = flapping.words({ probe: 'Files', changes: 6, withinMs: 1_800_000 }, 'probe.state:x');
  assert.equal(comesAndGoes.fr, 'Va et vient (Files) : 6 changements en 30 min');
});

test('is slow after three answers above the limit, and quick again after three well below it', () => {
  const steps = new RuleSteps(probeLatency);
  const seen = steps.run(0, 20, [0.2, 1.2, 1.2, 0.9, 1, 0.9, 0.7, 0.7, 0.9, 0.7, 0.7, 0.7]);
  assert.equal(seen.map((one) => one[0]).join(''), 'ggggbbbbbbbg');
  const broken = new RuleSteps(probeLatency).run(0, 20, [1.2, 1.2, 0.3, 1.2, 1.2]);
  assert.ok(!broken.includes('bad'), 'one that is quick begins it anew');
  const gap = new RuleSteps(probeLatency);
  gap.run(0, 20, [2, 2]);
  gap.show({ at: 50, state: 'silent' });
  gap.show({ at: 60, state: 'up' });
  assert.equal(gap.show({ at: 60, value: 2 }), 'good');
  assert.deepEqual(probeLatency.words({ probe: 'Files', value: 1.25, limit: 1 }, ''), {
    en: 'Files answers slowly: 1.25 s (limit 1 s)',
    fr: 'Files répond lentement : 1,25 s (limite 1 s)',
  });
});

test('a certificate is bad at its limit at once, and good when a newer one was seen three times', () => {
  const steps = new RuleSteps(certificate, { days: 21 });
  const old = 21 * dayS;
  assert.deepEqual(steps.run(0, 20, [old + 1, old, 90 * dayS, old - 40, 90 * dayS, 90 * dayS, 90 * dayS]), [
    ...['good', 'bad', 'bad', 'bad', 'bad', 'bad'],
    'good',
  ]);
  assert.equal(steps.show({ at: 200, state: 'silent' }), 'unknown');
  const expired = new RuleSteps(certificate, { days: 0 });
  assert.deepEqual(expired.run(0, 20, [60, 0]), ['good', 'bad']);
});

test('says how long a certificate lasts, never a day too much', () => {
  const words = (leftS: number) => certificate.words({ probe: 'Intranet', leftS }, '');
  assert.equal(words(21 * dayS - 1).en, 'The certificate of Intranet ends in 20 days');
  assert.equal(words(1.9 * dayS).fr, 'Intranet : le certificat expire dans 1 jour');
  assert.equal(words(7_300).en, 'The certificate of Intranet ends in 2 h');
  assert.equal(words(60).fr, 'Intranet : le certificat expire dans moins d’une heure');
  assert.equal(words(-5).en, 'The certificate of Intranet has expired');
});
