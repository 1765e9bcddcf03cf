import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { boxName } from '../../appliance/protocol/identity.ts';
import { metricSeries, metrics } from '../../appliance/protocol/metrics.table.ts';
import { checkSeriesName, seriesName } from '../../appliance/protocol/names.ts';
import { checkSeries, scaled, unscaled } from '../../appliance/protocol/series.ts';

test('attribute values are folded into the letters a name may have', () => {
  assert.equal(
    seriesName('system.filesystem.usage', '/home/Été 2', 'used'),
    'system.filesystem.usage:/home/ete-2:used',
  );
  assert.equal(seriesName('system.network.io', 'Wi-Fi: 2', 'receive'), 'system.network.io:wi-fi-2:receive');
  assert.equal(seriesName('hw.temperature', '', ''), 'hw.temperature:-:-');
});

test('whatever an attribute holds, the name is one that the other side accepts', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (attribute) => {
      const name = seriesName('system.disk.io', attribute, 'read');
      assert.equal(checkSeriesName(name), name);
    }),
  );
});

test('every metric of the table makes a valid series', () => {
  for (const metric of Object.keys(metrics) as (keyof typeof metrics)[]) {
    const series = metricSeries(metric, ...metrics[metric].attributes.map(() => 'x'));
    assert.deepEqual(checkSeries(series), series);
  }
});

test('numbers are scaled to integers and what is no number is absent', () => {
  assert.equal(scaled(0.1234, 3), 123);
  assert.equal(unscaled(123, 3), 0.123);
  assert.ok(Object.is(scaled(-0.0001, 3), 0));
  for (const none of [undefined, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 52])
    assert.equal(scaled(none, 0), undefined);
});

test('a box has the same name as long as it has the same key', () => {
  assert.match(boxName('ab'.repeat(32)), /^netmonitor-[a-z]{4}$/);
  assert.notEqual(boxName('ab'.repeat(32)), boxName('cd'.repeat(32)));
});
