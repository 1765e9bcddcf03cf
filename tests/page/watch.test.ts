import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { ruleKinds } from '../../appliance/watch/rules/index.ts';
import {
  inOrder,
  isNews,
  says,
  underCauses,
  withIncident,
} from '../../appliance/web/assets/fleet/incidents.ts';
import { readDuration, writeDuration } from '../../appliance/web/assets/language/durations.ts';
import { createFormat } from '../../appliance/web/assets/language/format.ts';
import { watchEn } from '../../appliance/web/assets/language/watch.en.table.ts';
import { watchFr } from '../../appliance/web/assets/language/watch.fr.table.ts';
import { loadWords } from '../../appliance/web/assets/language/words.ts';
import { shareText } from '../../appliance/web/assets/views/watch/availability.ts';
import { groupId } from '../../appliance/web/assets/views/watch/groups.ts';
import { untilMs } from '../../appliance/web/assets/views/watch/incident-card.ts';
import { joinRanges } from '../../appliance/web/assets/views/watch/latency.ts';
import { changesOf } from '../../appliance/web/assets/views/watch/probe-form.ts';
import { differences, valuesOf } from '../../appliance/web/assets/views/watch/rule-form.ts';
import { ruleText } from '../../appliance/web/assets/views/watch/rule-words.ts';
import { weeklyText } from '../../appliance/web/assets/views/watch/weekly.ts';
import { sampleIncident, sampleRules } from '../helpers/page-watch-sample.ts';

const words = { en: 'x', fr: 'x' };
const incident = (id: number, more: Parameters<typeof sampleIncident>[2] = {}) =>
  sampleIncident(id, { en: `wrong ${id}`, fr: `panne ${id}` }, { openedMs: id, ...more });
const inWords = async (language: 'en' | 'fr') =>
  (await loadWords(language)).and({ en: watchEn, fr: watchFr });

describe('the list of incidents', () => {
  test('takes the newer word about one, and lets go what is over', () => {
    const list = [incident(2, { revision: 3 }), incident(1)];
    assert.equal(withIncident(list, incident(2, { revision: 2, state: 'resolved' })), list);
    assert.deepEqual(
      withIncident(list, incident(2, { revision: 4, state: 'resolved' })).map(({ id }) => id),
      [1],
    );
    assert.deepEqual(
      withIncident(list, incident(3)).map(({ id }) => id),
      [3, 2, 1],
    );
  });

  test('puts what nobody knows of first, then the worst, then the newest', () => {
    const known = incident(9, { severity: 'critical', state: 'acknowledged' });
    const list = [
      known,
      incident(1, { severity: 'low' }),
      incident(3),
      incident(4),
      incident(2, { severity: 'critical' }),
    ];
    assert.deepEqual(
      inOrder(list).map(({ id }) => id),
      [2, 4, 3, 1, 9],
    );
    assert.equal(isNews(known), false);
    assert.equal(isNews(incident(1, { hold: 'settling' })), false);
    assert.equal(isNews(incident(1, { cause: 2 })), false);
  });

  test('lists each once: under what explains it in the end, or alone', () => {
    const list = [
      incident(1),
      incident(2, { cause: 1 }),
      incident(3, { cause: 2 }),
      incident(4, { cause: 99 }),
    ];
    assert.deepEqual(
      underCauses(list).map(({ incident: { id }, explains }) => [id, explains.map((one) => one.id)]),
      [
        [4, []],
        [1, [3, 2]],
      ],
    );
    const anyCauses = fc.array(fc.option(fc.integer({ min: 1, max: 8 })), { maxLength: 8 });
    fc.assert(
      fc.property(anyCauses, (causes) => {
        const all = causes.map((cause, index) => incident(index + 1, { cause }));
        const shown = underCauses(all).flatMap(({ incident: { id }, explains }) => [
          id,
          ...explains.map((one) => one.id),
        ]);
        assert.deepEqual(
          shown.sort((a, b) => a - b),
          all.map(({ id }) => id),
        );
      }),
    );
  });

  test('what two rules found of one probe is listed once', () => {
    const more = { subject: 'probe.state:aaaaaaaa', text: words };
    const [everybody, somebody] = [incident(1, more), incident(2, { ...more, cause: 1 })];
    const slow = incident(3, { ...more, cause: 1, subject: 'probe.duration:aaaaaaaa' });
    assert.deepEqual(underCauses([everybody, somebody, slow]), [{ incident: everybody, explains: [slow] }]);
    assert.deepEqual(underCauses([somebody]), [{ incident: somebody, explains: [] }]);
  });

  test('what an incident says of a machine is not said twice', () => {
    const open = [incident(1, { machine: 4, kind: 'vanished' })];
    assert.equal(says(open, { machine: 4, kind: 'vanished' }), true);
    assert.equal(says(open, { machine: 4, kind: 'disk' }), false);
    assert.equal(says(open, { machine: 5, kind: 'vanished' }), false);
    const full = [incident(1, { machine: 4, kind: 'threshold', subject: 'system.filesystem.utilization:/' })];
    assert.equal(says(full, { machine: 4, kind: 'disk' }), true);
  });
});

describe('forms', () => {
  test('a duration is read as it was written, in both languages', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 * 86_400_000 }),
        fc.constantFrom('en', 'fr'),
        (ms, language) => {
          assert.equal(readDuration(writeDuration(ms, language)), ms);
        },
      ),
    );
    assert.equal(readDuration('1,5 h'), 5_400_000);
    assert.equal(readDuration('7 jours'), 604_800_000);
    for (const wrong of ['5', '', 'h', '-5 min', '5 parsecs', '1e3 s', '5 min 3 s'])
      assert.equal(readDuration(wrong), null, wrong);
  });

  test('a group is named by plain letters, and never like another', () => {
    assert.equal(groupId('Étage 2 – Süd', []), 'etage-2-sud');
    assert.equal(groupId('Étage 2', ['etage-2', 'etage-2-2']), 'etage-2-3');
    assert.equal(groupId('倉庫', []), 'group');
    fc.assert(
      fc.property(fc.string(), (name) => void assert.match(groupId(name, []), /^[a-z0-9][a-z0-9-]{0,31}$/)),
    );
  });

  test('an exception is what differs', () => {
    const rule = sampleRules().find(({ id }) => id === 'cpu') ?? assert.fail('no rule cpu');
    const wider = valuesOf(rule);
    assert.deepEqual(differences(wider, wider), {});
    const change = { enabled: false, options: { limit: 0.7 }, repeatMs: 0 };
    assert.deepEqual(differences(wider, valuesOf(rule, change)), change);
  });

  test('a reminder in the morning is at eight, today or tomorrow', () => {
    const at = (hours: number) => new Date(2026, 4, 3, hours, 30).getTime();
    assert.equal(untilMs('morning', at(6)), new Date(2026, 4, 3, 8).getTime());
    assert.equal(untilMs('morning', at(9)), new Date(2026, 4, 4, 8).getTime());
    assert.equal(untilMs('over', at(9)), null);
    assert.equal(untilMs('4h', at(9)), at(13));
  });
});

describe('words of the watch', () => {
  test('every rule that comes with the box has a sentence without a gap, in both languages', async () => {
    for (const language of ['en', 'fr'] as const) {
      const o = { words: await inWords(language), format: createFormat(language) };
      for (const rule of sampleRules()) {
        const info = { kind: rule.kind, ...ruleKinds[rule.kind as keyof typeof ruleKinds] };
        const text = ruleText(rule, info, o);
        assert.doesNotMatch(text, /[{}]|undefined|NaN/, `${rule.id}: ${text}`);
        assert.doesNotMatch(text, /\w[._]\w+[._:]/, `${rule.id} names a series: ${text}`);
        assert.notEqual(o.words.maybe(`rule.${rule.kind}`, ''), '', `${rule.kind} has no sentence`);
      }
    }
  });

  test('a kind that the page has no sentence for is told by its options', async () => {
    const info = {
      kind: 'strange',
      about: { en: 'Something odd.', fr: 'Bizarre.' },
      options: {
        forMs: { type: 'duration' as const, default: 60_000, about: { en: 'for how long', fr: 'durée' } },
      },
    };
    const o = { words: await inWords('fr'), format: createFormat('fr') };
    assert.equal(
      ruleText({ kind: 'strange', options: {} }, info, o).replaceAll('\u00a0', ' '),
      'Bizarre. · durée : 1 min',
    );
  });

  test('99.95 % is not 100 %', () => {
    const format = createFormat('en');
    const shares = [1, 0.99999, 0.9995, 0.996, 0.5, 0].map((one) =>
      shareText(one, format).replace('\u00a0', ' '),
    );
    assert.deepEqual(shares, ['100 %', '99.999 %', '99.950 %', '99.60 %', '50.0 %', '0.0 %']);
  });

  test('times of a week are short where they can be', async () => {
    const times = { from: '20:00', to: '06:30', zone: 'Europe/Paris' };
    const english = await inWords('en');
    assert.equal(
      weeklyText({ days: [5, 1, 2, 3, 4], ...times }, english),
      'Mon–Fri 20:00–06:30 (Europe/Paris)',
    );
    assert.equal(weeklyText({ days: [6, 7], ...times }, english), 'Sat, Sun 20:00–06:30 (Europe/Paris)');
    const french = weeklyText({ days: [1, 2, 3, 4, 5, 6, 7], ...times }, await inWords('fr'));
    assert.equal(french, 'tous les jours 20:00–06:30 (Europe/Paris)');
  });
});

test('answers of several machines share a chart only if their steps are the same', () => {
  const column = {
    name: 'probe.duration:a',
    unit: 's',
    kind: 'gauge' as const,
    mean: [1],
    min: [1],
    max: [1],
  };
  const one = { machine: 1, startMs: 0, stepMs: 60, count: 1, columns: [column] };
  const joined = joinRanges(
    [one, { ...one, machine: 2 }, { ...one, machine: 3, stepMs: 30 }],
    'probe.duration:a',
  );
  assert.deepEqual(
    joined?.columns.map(({ name }) => name),
    ['probe.duration:a@1', 'probe.duration:a@2'],
  );
  assert.equal(joinRanges([{ ...one, columns: [] }], 'probe.duration:a'), null);
});

test('only what a person changed of a probe is sent', () => {
  const before = { name: 'Gateway', options: { host: '@gateway', count: 20 }, vantages: [], parent: null };
  assert.deepEqual(changesOf(before, { ...before, options: { count: 20, host: '@gateway' } }), {});
  const options = { host: '192.168.1.1', count: 20 };
  assert.deepEqual(changesOf(before, { ...before, options, vantages: [] }), { options });
});
