import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { doorCounts, webCounts } from '../../appliance/ingest/security-series.table.ts';
import { metricSeries, metrics } from '../../appliance/protocol/metrics.table.ts';
import { blocksOf, groupOf, labelOf, writeValue } from '../../appliance/web/assets/fleet/values.ts';
import { createFormat } from '../../appliance/web/assets/language/format.ts';
import { seldomEn } from '../../appliance/web/assets/language/seldom.en.table.ts';
import { seldomFr } from '../../appliance/web/assets/language/seldom.fr.table.ts';
import { loadWords } from '../../appliance/web/assets/language/words.ts';
import { matchRoute } from '../../appliance/web/assets/router.ts';
import { panelPoints } from '../../appliance/web/assets/views/panel-bits.ts';
import { isRefused, strengthOf, tidyCode } from '../../appliance/web/assets/views/password.ts';
import { groupDigits } from '../../appliance/web/assets/views/waiting.ts';
import { problemOf } from '../../appliance/web/client/passwords.ts';
import { litAt, unpackFrame } from '../../display/client/frame.ts';
import { sampleLatest } from '../helpers/page-box.ts';
import { sampleFrame } from '../helpers/page-frame.ts';

test('knows its own addresses and says of others that nothing is there', () => {
  assert.deepEqual(matchRoute('/'), { view: 'overview' });
  assert.deepEqual(matchRoute('/machines/38'), { view: 'machine', machine: 38 });
  assert.deepEqual(matchRoute('/waiting/'), { view: 'beside', name: 'waiting' });
  assert.deepEqual(matchRoute('/rules'), { view: 'watch', name: 'rules', id: '' });
  assert.deepEqual(matchRoute('/probes/abcdefgh/'), { view: 'watch', name: 'probes', id: 'abcdefgh' });
  for (const path of [
    '/machines/0',
    '/machines/x',
    '/machines/1/2',
    '/nothing',
    '/rules/A/b',
    '/constructor',
    '/toString',
    '/machines/9999999999',
  ]) {
    assert.deepEqual(matchRoute(path), { view: 'missing' }, path);
  }
});

test('shows exactly the points that the display’s own reading of the frame has lit', () => {
  const message = sampleFrame('fr');
  const points = panelPoints(message.bits);
  const frame = unpackFrame(message);
  assert.ok(points);
  for (let y = 0; y < 64; y += 1) {
    for (let x = 0; x < 128; x += 1) assert.equal(points[y * 128 + x] === 1, litAt(frame, x, y), `${x},${y}`);
  }
  assert.ok(points.includes(1));
});

test('a frame that is not a whole panel is not drawn', () => {
  for (const bits of ['', 'AAAA', '%%%%', Buffer.alloc(1025).toString('base64')])
    assert.equal(panelPoints(bits), null);
});

test('tells weak passwords from strong ones', () => {
  const judged = (password: string, name = 'anne') => strengthOf(password, name);
  assert.equal(judged(''), 'empty');
  assert.equal(judged('Ab3!xyz'), 'badPassword');
  for (const bad of ['azerty1234', 'password!!', '1234567890', 'jihgfedcba', 'aaaaabbbbb', 'anne-2026-x'])
    assert.ok(isRefused(judged(bad)), bad);
  assert.equal(judged('kiwiRadeau7'), 'fair');
  assert.equal(judged('cheval agrafe pile correct'), 'good');
});

test('calls no password good that the box refuses, nor refuses one that it takes', () => {
  const words = [
    'password',
    'P@ssw0rd',
    'Motdepasse',
    'anne',
    'Tr0mbone',
    '2026',
    '!!',
    '-lilas-',
    'é',
    'abc',
    '1',
  ];
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 })), { maxLength: 6 }),
      fc.constantFrom('anne', 'Al', 'Tr0mbone'),
      (parts, name) => {
        const password = parts.join('');
        assert.equal(isRefused(strengthOf(password, name)), problemOf(password, name) !== null, password);
      },
    ),
  );
});

test('takes the code however it is typed', () => {
  assert.equal(tidyCode(' 7qk 4md '), '7QK-4MD');
  assert.equal(tidyCode('7QK-4MD-99'), '7QK-4MD');
  assert.equal(tidyCode('7q'), '7Q');
});

test('shows digits in two groups', () => assert.equal(groupDigits('482913'), '482 913'));

test('every metric that agents know has a group and words of its own', async () => {
  const words = (await loadWords('fr')).and({ en: seldomEn, fr: seldomFr });
  for (const metric of Object.keys(metrics)) {
    assert.notEqual(groupOf(metric), 'various', metric);
    assert.notEqual(labelOf(metric, words), metric, metric);
  }
});

test('what the box refuses is told as numbers, grouped by who refused it, and every one has words', async () => {
  const words = (await loadWords('en')).and({ en: seldomEn, fr: seldomFr });
  const all = [...Object.values(webCounts), ...Object.values(doorCounts)].map(([metric, of]) => ({
    ...metricSeries(metric, of),
    ...{ value: 3, rate: 0.01, tMs: 0 },
  }));
  for (const { name } of all) assert.ok(Object.hasOwn(seldomEn, `series.${name}`), name);
  const [block, ...others] = blocksOf(all);
  assert.deepEqual(others, []);
  assert.equal(block?.group, 'security');
  const signIns = block.subjects.find(({ subject }) => subject === 'netmonitor.web.sign_in');
  const written = signIns?.values.map((value) => [
    labelOf(value.name, words),
    writeValue(value, createFormat('en'), words),
  ]);
  assert.deepEqual(written, [
    ['Signed in', '3'],
    ['Wrong password', '3'],
    ['Wrong code', '3'],
  ]);
});

test('writes each value in the unit that a person reads', async () => {
  const words = await loadWords('en');
  const format = createFormat('en');
  const written = new Map(sampleLatest(0).map((value) => [value.name, writeValue(value, format, words)]));
  const text = (name: string) => written.get(name)?.replace(/\u00a0/g, ' ');
  assert.equal(text('system.memory.limit'), '4.0 GiB');
  assert.equal(text('system.network.up:eth0'), 'connected');
  assert.equal(text('system.network.speed:eth0'), '1.0 Gbit/s');
  assert.equal(text('system.uptime'), '12 d');
  const sign = { name: 'system.filesystem.read_only', unit: '1', kind: 'gauge', value: 0, tMs: 0 } as const;
  assert.deepEqual(
    [writeValue(sign, format, words), writeValue({ ...sign, value: 1 }, format, words)],
    ['no', 'yes'],
  );
  assert.equal(text('hw.temperature:cpu-thermal'), '48.2 °C');
  assert.match(text('system.network.io:eth0:receive') ?? '', /kB\/s$/);
});

test('a counter whose rate is not known yet is a dash', async () => {
  const value = {
    name: 'system.network.io:eth0:receive',
    unit: 'By',
    kind: 'counter',
    value: 9,
    tMs: 0,
  } as const;
  assert.equal(writeValue(value, createFormat('en'), await loadWords('en')), '–');
});

test('groups values by what they are about, each exactly once', () => {
  const latest = sampleLatest(0);
  const blocks = blocksOf(latest);
  const found = blocks.flatMap(({ subjects }) =>
    subjects.flatMap(({ values }) => values.map(({ name }) => name)),
  );
  assert.deepEqual([...found].sort(), latest.map(({ name }) => name).sort());
  const network = blocks.find(({ group }) => group === 'network');
  assert.deepEqual(
    network?.subjects.map(({ subject }) => subject),
    ['eth0', 'lo'],
  );
});
