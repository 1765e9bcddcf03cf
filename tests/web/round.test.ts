import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortenRange } from '../../appliance/web/round.ts';

const column = (kind: 'gauge' | 'counter') => ({
  name: 'x',
  unit: '1',
  kind,
  mean: [1 / 3, null, 123_456.789],
  min: [0.123456, null, 1_234_567],
  max: [2 / 3, null, 1_234_567.5],
});
const answer = { machine: 1, startMs: 0, stepMs: 5000, count: 3 };

test('rounds what was computed and keeps what was measured', () => {
  const [gauge, counter] = shortenRange({ ...answer, columns: [column('gauge'), column('counter')] }).columns;
  assert.deepEqual(gauge, { ...column('gauge'), mean: [0.33333, null, 123_460] });
  assert.deepEqual(counter?.max, [0.66667, null, 1_234_600]);
});
