import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteWriter } from '../../../appliance/protocol/bytes.ts';
import type { ExportPage } from '../../../appliance/store/client/types.ts';
import { gather } from '../../../appliance/store/history/gather.ts';
import { Head } from '../../../appliance/store/samples/head.ts';
import { compareValues } from '../../helpers/compare-values.ts';
import { HistoryParts } from '../../helpers/history-parts.ts';
import { counter, gauge, runA, runB, ticks } from '../../helpers/store-parts.ts';

const machine = 5;
const series = [gauge('g', 1), counter('c'), gauge('rare')];
const startMs = Date.UTC(2026, 0, 15);
const dayMs = 24 * 3_600_000;
const values = (seq: number) => [seq % 3 === 0 ? undefined : seq, seq * 2, undefined];
const all = { machine, names: ['g', 'c', 'rare'], fromMs: 0, toMs: 2 ** 47 };

async function rowsOf(
  parts: HistoryParts,
  query: Parameters<HistoryParts['reader']['exportPage']>[0],
  between: (page: number) => Promise<void> = async () => undefined,
): Promise<{ times: number[]; columns: (number | null)[][]; pages: number }> {
  const rows = { times: [] as number[], columns: query.names.map((): (number | null)[] => []), pages: 0 };
  let cursor: string | null = null;
  do {
    const page: ExportPage = await parts.reader.exportPage({
      ...query,
      ...(cursor === null ? {} : { cursor }),
    });
    rows.times.push(...page.times);
    for (const [at, column] of page.columns.entries()) rows.columns[at]!.push(...column.values!);
    await between(rows.pages++);
    cursor = page.next;
  } while (cursor !== null);
  return rows;
}

test('every sample comes once and in order, on pages of a bounded size, while more is appended', async (t) => {
  const parts = await HistoryParts.open(t, series);
  const head = new Head(new ByteWriter());
  parts.heads.set(machine, head);
  const run = { run: runA, wallAtZeroMs: startMs, trusted: true };
  await parts.seal({ machine, ...run }, ticks(0, 9000, values));
  await parts.seal({ machine, ...run }, ticks(11_000, 11_000, values));
  // Late, and in RAM: what lies between.
  for (const tick of ticks(8990, 2010, values)) head.append({ machine, ...run }, tick, { segment: 1 });
  let next = 22_000;
  const rows = await rowsOf(parts, { ...all, tier: 'raw' }, async (page) => {
    assert.ok(page < 20);
    for (const tick of ticks(next, page < 2 ? 500 : 0, values))
      head.append({ machine, ...run }, tick, { segment: 1 });
    next += page < 2 ? 500 : 0;
  });
  const expected = [...Array(next).keys()];
  assert.deepEqual(
    rows.times,
    expected.map((seq) => startMs + seq * 5000),
  );
  for (const at of [0, 1, 2]) {
    assert.deepEqual(
      rows.columns[at],
      expected.map((seq) => values(seq)[at] ?? null),
    );
  }
  assert.ok(rows.pages >= 3);
});

test('pages of cells go past the years in which there is nothing', async (t) => {
  const parts = await HistoryParts.open(t, series);
  const head = new Head(new ByteWriter());
  parts.heads.set(machine, head);
  await parts.seal({ machine, run: runA, wallAtZeroMs: 0, trusted: false }, ticks(0, 20, values));
  await parts.seal({ machine, run: runB, wallAtZeroMs: startMs }, ticks(0, 20, values));
  for (const tick of ticks(0, 20, values))
    head.append({ machine, run: runA, wallAtZeroMs: Date.UTC(2099, 0, 1), trusted: false }, tick, {
      segment: 1,
    });
  for (const tier of ['minute', 'ten'] as const) {
    const times: number[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const query = { ...all, tier, ...(cursor === null ? {} : { cursor }) };
      const page: ExportPage = await parts.reader.exportPage(query);
      times.push(...page.times);
      cursor = page.next;
      assert.ok(++pages < 10);
    } while (cursor !== null);
    const cells = tier === 'minute' ? [0, 60_000] : [0];
    const dates = [0, startMs, Date.UTC(2099, 0, 1)];
    assert.deepEqual(
      times,
      dates.flatMap((fromMs) => cells.map((at) => fromMs + at)),
    );
  }
});

test('a comparison of all values finds one that is wrong, missing or invented', async (t) => {
  const parts = await HistoryParts.open(t, series);
  const some = ticks(0, 3000, values);
  await parts.seal({ machine, run: runA, wallAtZeroMs: startMs }, some);
  const given = some.map(({ runMs, values }) => ({ tMs: startMs + runMs, values: [...values] }));
  const compare = () => compareValues((query) => parts.reader.exportPage(query), machine, series, given);
  assert.deepEqual(await compare(), { compared: 5000, missing: 0, wrong: 0, invented: 0, first: null });
  given[700]!.values[0] = 701;
  given[701]!.values[1] = undefined;
  given.push({ tMs: startMs - 1, values: [undefined, 5] });
  const { missing, wrong, invented, first } = await compare();
  assert.deepEqual([missing, wrong, invented, first?.slice(0, 9)], [1, 1, 1, 'wrong: g ']);
});

test('a page holds the rows of its series only, and of its time only', async (t) => {
  const parts = await HistoryParts.open(t, series);
  await parts.seal({ machine, run: runA, wallAtZeroMs: startMs }, ticks(0, 100, values));
  await parts.seal({ machine: 6, run: runB, wallAtZeroMs: startMs }, ticks(0, 100, values));
  const query = {
    ...all,
    tier: 'raw' as const,
    names: ['g'],
    fromMs: startMs + 50_000,
    toMs: startMs + 100_000,
  };
  const { times, columns } = await rowsOf(parts, query);
  const seqs = [10, 11, 13, 14, 16, 17, 19];
  assert.deepEqual(
    times,
    seqs.map((seq) => startMs + seq * 5000),
  );
  assert.deepEqual(columns, [seqs]);
  const nothing = await parts.reader.exportPage({ ...all, machine: 7, tier: 'minute' });
  assert.deepEqual([nothing.times, nothing.next], [[], null]);
});

test('a cursor that was never given and a range that ends before it begins are refused', async (t) => {
  const parts = await HistoryParts.open(t, series);
  await parts.seal({ machine, run: runA, wallAtZeroMs: startMs }, ticks(0, 10, values));
  for (const tier of ['raw', 'ten'] as const) {
    const refused = (more: object) => parts.reader.exportPage({ ...all, tier, ...more });
    for (const cursor of ['', 'x', 'Infinity']) {
      await assert.rejects(refused({ cursor }), { code: 'BAD_REQUEST', path: 'cursor' });
    }
    await assert.rejects(refused({ toMs: 0 }), { code: 'BAD_REQUEST', path: 'to' });
  }
});

test('whoever goes away is not decoded for any more', async (t) => {
  const parts = await HistoryParts.open(t, series);
  for (let day = 0; day < 5; day++) {
    const run = `${day}`.repeat(32);
    await parts.seal({ machine, run, wallAtZeroMs: startMs + day * dayMs }, ticks(0, 100, values));
  }
  await parts.age({ rawMs: dayMs, minutesMs: 30 * dayMs, tensMs: 90 * dayMs }, startMs + 3.5 * dayMs);
  for (const wanted of ['take', 'feed'] as const) {
    const gone = new AbortController();
    let taken = 0;
    const stop = (what: string) => {
      if (what !== wanted) return;
      taken++;
      gone.abort();
    };
    const into = [{ index: 1, take: () => stop('take'), feed: () => stop('feed') }];
    const query = { machine, into, fromMs: startMs, toMs: startMs + 6 * dayMs, coarse: ['minute'] as const };
    await assert.rejects(
      gather(
        { database: parts.database, history: parts.history, chains: [] },
        { ...query, signal: gone.signal, onDamage: () => assert.fail('nothing is damaged') },
      ),
      { name: 'AbortError' },
    );
    assert.equal(taken, 1, wanted);
  }
});
