import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAge, parseMoment } from '../../appliance/console/times.ts';

test('an age is a number and a unit, in English or French', () => {
  assert.equal(parseAge('90min'), 5_400_000);
  assert.equal(parseAge('2 w'), parseAge('14j'));
  assert.equal(parseAge('1y'), parseAge('1 AN'));
  for (const none of ['', '5', 'd', '-1d', '1.5h', '1 month', '9999999d']) assert.equal(parseAge(none), null);
});

test('a moment is an age ago or a date, of this time zone or of one that it names', () => {
  assert.equal(parseMoment('2h', 10_000_000), 2_800_000);
  assert.equal(parseMoment('2026-11-20T14:30Z', 0), Date.UTC(2026, 10, 20, 14, 30));
  assert.equal(parseMoment('2026-11-20 14:30:05', 0), new Date(2026, 10, 20, 14, 30, 5).getTime());
  assert.equal(parseMoment('2026-11-20', 0), new Date(2026, 10, 20).getTime());
  for (const none of ['tomorrow', '20.11.2026', '2026-13-01', '2026-11-20 25:00'])
    assert.equal(parseMoment(none, 0), null);
});
