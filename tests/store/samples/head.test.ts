import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWriter } from '../../../appliance/protocol/bytes.ts';
import { Head } from '../../../appliance/store/samples/head.ts';
import { runA, runB, ticks } from '../../helpers/store-parts.ts';

const arrival = { machine: 1, run: runA, wallAtZeroMs: 1_000_000, trusted: true };
const newHead = () => new Head(new ByteWriter());
const all = (head: Head) => head.chains.flatMap((chain) => [...chain.ticks()]);

test('a head gives back the ticks of an hour as they came', () => {
  const head = newHead();
  const given = ticks(0, 720, (seq) => [seq, seq % 3 === 0 ? undefined : -seq * 1000, 5]);
  for (const tick of given) head.append(arrival, structuredClone(tick), { segment: 1 });
  assert.deepEqual(all(head), given);
  assert.equal(head.chains.length, 1);
  assert.equal(head.count, 720);
});

test('a tick with more series begins a chain, a narrower one is filled up', () => {
  const head = newHead();
  head.append(arrival, { seq: 0, runMs: 0, values: [1] }, { segment: 1 });
  head.append(arrival, { seq: 1, runMs: 5, values: [1, 2] }, { segment: 1 });
  head.append(arrival, { seq: 2, runMs: 10, values: [3] }, { segment: 1 });
  assert.deepEqual(
    all(head).map((tick) => tick.values),
    [[1], [1, 2], [3, undefined]],
  );
});

test('ticks of two runs that come in turns stay two chains', () => {
  const head = newHead();
  for (let seq = 0; seq < 20; seq++) {
    head.append(arrival, { seq, runMs: seq, values: [seq] }, { segment: 1 });
    head.append({ ...arrival, run: runB }, { seq, runMs: seq, values: [seq] }, { segment: 1 });
  }
  assert.deepEqual(
    head.chains.map((chain) => [chain.run, chain.count]),
    [
      [runA, 20],
      [runB, 20],
    ],
  );
});

test('a dating that moves by more than a second begins a chain with the new dating', () => {
  const head = newHead();
  assert.equal(head.append(arrival, { seq: 0, runMs: 10, values: [] }, { segment: 1 }), 1_000_010);
  assert.equal(
    head.append({ ...arrival, wallAtZeroMs: 1_000_900 }, { seq: 1, runMs: 20, values: [] }, { segment: 1 }),
    1_000_020,
  );
  assert.equal(
    head.append({ ...arrival, wallAtZeroMs: 2_000_000 }, { seq: 2, runMs: 30, values: [] }, { segment: 1 }),
    2_000_030,
  );
  assert.equal(head.chains.length, 2);
});

test('chains that are being sealed stay readable, and need their log segment until they are on disk', () => {
  const head = newHead();
  head.append(arrival, { seq: 0, runMs: 0, values: [1] }, { segment: 3 });
  assert.equal(head.beginSeal().length, 1);
  head.append(arrival, { seq: 1, runMs: 5, values: [2] }, { segment: 7 });
  assert.equal(head.count, 2);
  assert.equal(head.oldestSegment, 3);
  head.endSeal();
  assert.deepEqual(
    all(head).map((tick) => tick.seq),
    [1],
  );
  assert.equal(head.oldestSegment, 7);
});

test('an hour of one changing value takes little memory', () => {
  const head = newHead();
  for (const tick of ticks(0, 720, (seq) => [...Array(59).fill(1000), seq]))
    head.append(arrival, tick, { segment: 1 });
  assert.ok(head.byteLength < 720 * 20, `${head.byteLength} bytes`);
});
