import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWriter } from '../../../appliance/protocol/bytes.ts';
import { Head } from '../../../appliance/store/samples/head.ts';
import { Pages, pageBytes } from '../../../appliance/store/samples/pages.ts';
import { Random } from '../../bench/random.ts';
import { runA, runB, ticks } from '../../helpers/store-parts.ts';

test('no page has two owners, and what is empty is given back', () => {
  const pages = new Pages();
  const random = new Random(3);
  const taken: number[] = [];
  const bytes = new ByteWriter();
  for (let turn = 0; turn < 5000; turn++) {
    if (taken.length === 0 || random.chance(turn < 2500 ? 0.7 : 0.3)) {
      const page = pages.take();
      assert.ok(!taken.includes(page));
      bytes.clear();
      bytes.bytes(Uint8Array.of(9, page & 255, page >> 8));
      pages.write(page, 0, bytes, 1, 3);
      taken.push(page);
    } else {
      const [page] = taken.splice(Math.floor(random.uniform() * taken.length), 1);
      assert.deepEqual([...pages.read(page!, 2)], [page! & 255, page! >> 8]);
      pages.give(page!);
    }
    assert.equal(pages.used, taken.length);
  }
  for (const page of taken) pages.give(page);
  assert.deepEqual([pages.used, pages.byteLength], [0, 0]);
});

test('chains that grow side by side keep their ticks, also those that are longer than a page', () => {
  const pages = new Pages();
  const width = 700;
  const wide = (seq: number) =>
    Array.from({ length: width }, (_, index) => (seq + 1) * 2 ** 30 * (index + 1));
  const heads = [runA, runB].map((run) => ({ run, head: new Head(new ByteWriter(), pages) }));
  for (const tick of ticks(0, 40, wide)) {
    for (const { run, head } of heads) {
      head.append({ machine: 1, run, wallAtZeroMs: 0, trusted: true }, structuredClone(tick), { segment: 1 });
    }
  }
  assert.ok(heads[0]!.head.byteLength > 40 * pageBytes);
  for (const { head } of heads) {
    const [chain] = head.beginSeal();
    assert.deepEqual(
      [...chain!.ticks()].map(({ seq, values }) => [seq, values[1], values[width - 1]]),
      Array.from({ length: 40 }, (_, seq) => [seq, wide(seq)[1], wide(seq)[width - 1]]),
    );
    head.endSeal();
    assert.throws(() => [...chain!.ticks()], /given back/);
  }
  assert.equal(pages.used, 0);
});
