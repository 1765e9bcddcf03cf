import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFormat } from '../../appliance/web/assets/language/format.ts';

const en = createFormat('en', 'Europe/Paris');
const fr = createFormat('fr', 'Europe/Paris');
const plain = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');
/** 20 November 2026, 10:42:05 in Paris. */
const atMs = Date.UTC(2026, 10, 20, 9, 42, 5);

test('writes sizes with three figures at most and changes the unit before 1000', () => {
  assert.equal(plain(en.rate(0)), '0 B/s');
  assert.equal(plain(en.rate(999)), '999 B/s');
  assert.equal(plain(en.rate(999.6)), '1.0 kB/s');
  assert.equal(plain(en.rate(1_234)), '1.2 kB/s');
  assert.equal(plain(en.rate(99_940)), '99.9 kB/s');
  assert.equal(plain(en.rate(99_960)), '100 kB/s');
  assert.equal(plain(en.rate(1_240_000)), '1.2 MB/s');
  assert.equal(plain(fr.bytes(2_500_000_000)), '2,5 Go');
  assert.equal(plain(en.memory(8 * 2 ** 30)), '8.0 GiB');
});

test('writes shares as whole percents', () => {
  assert.equal(plain(en.percent(0.963)), '96 %');
  assert.equal(plain(fr.percent(1)), '100 %');
});

test('writes the time of day as each language does', () => {
  assert.equal(en.timeOfDay(atMs), '10:42');
  assert.equal(plain(fr.timeOfDay(atMs)), '10 h 42');
});

test('is relative under a day and names the day after it', () => {
  assert.equal(en.ago(atMs, atMs + 3_000), 'just now');
  assert.match(plain(en.ago(atMs, atMs + 6 * 60_000)), /^6 mins? ago$/);
  assert.match(plain(fr.ago(atMs, atMs + 3 * 3_600_000)), /^il y a 3 h$/);
  assert.equal(plain(fr.ago(atMs, atMs + 86_400_000)), '20 nov., 10 h 42');
  assert.equal(en.ago(atMs, atMs - 60_000), 'just now');
});

test('says the day in «since» only when it was another day', () => {
  assert.equal(en.since(atMs, atMs + 3_600_000), '10:42');
  assert.equal(en.since(atMs, atMs + 20 * 3_600_000), '20 Nov, 10:42');
});

test('writes how long a machine has been up by its largest unit', () => {
  assert.deepEqual(
    [59, 60, 3_599, 3_600, 86_399, 86_400, 1_036_800].map((s) => plain(en.duration(s))),
    ['59 s', '1 min', '59 min', '1 h', '23 h', '1 d', '12 d'],
  );
  assert.equal(plain(fr.duration(1_036_800)), '12 j');
});
