import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { longestRateMs } from '../../../appliance/store/samples/rate.ts';
import { type Cells, createCells, takeCell } from '../../../appliance/store/tiers/cells.ts';
import { encodeRollup, gridOf, openRollup } from '../../../appliance/store/tiers/rollup.ts';
import { tiers } from '../../../appliance/store/tiers/tiers.ts';

const startMs = 4 * tiers.ten.windowMs;
const origin = { tier: 'minute', startMs, machine: 7, group: 2 } as const;
const pause = async () => undefined;

type Sample = { tMs: number; value: number };
type Kind = 'gauge' | 'counter';

/** What a cell has to be, from all its samples, the plain way. */
function naive(kind: Kind, samples: readonly Sample[]) {
  const values = samples.map(({ value }) => value);
  const { value: last, tMs: lastMs } = samples.at(-1)!;
  if (kind === 'gauge') {
    const sum = values.reduce((total, value) => total + BigInt(value), 0n);
    return { count: values.length, last, lastMs, least: Math.min(...values), most: Math.max(...values), sum };
  }
  const steps = samples.slice(1).flatMap((sample, at) => {
    const before = samples[at]!;
    const ms = sample.tMs - before.tMs;
    const grown = sample.value >= before.value ? sample.value - before.value : Math.max(0, sample.value);
    return ms <= longestRateMs ? [{ ms, grown, rate: grown / ms }] : [];
  });
  const { value: first, tMs: firstMs } = samples[0]!;
  return {
    ...{ count: values.length, first, firstMs, last, lastMs },
    grown: steps.reduce((sum, { grown }) => sum + grown, 0),
    coveredMs: steps.reduce((sum, { ms }) => sum + ms, 0),
    slow: steps.length === 0 ? null : Math.min(...steps.map(({ rate }) => rate)),
    fast: steps.length === 0 ? null : Math.max(...steps.map(({ rate }) => rate)),
  };
}

/** The same of a cell. */
function cellOf(cells: Cells, at: number) {
  const [count, last, lastMs] = [cells.count[at]!, cells.last[at]!, cells.lastMs[at]!];
  if (cells.kind === 'gauge') {
    const sum = BigInt(last) * BigInt(count) + BigInt(cells.over[at]!);
    return { count, last, lastMs, least: cells.least[at]!, most: cells.most[at]!, sum };
  }
  return {
    ...{ count, first: cells.first[at]!, firstMs: cells.firstMs[at]!, last, lastMs },
    ...{ grown: cells.grown[at]!, coveredMs: cells.coveredMs[at]! },
    slow: cells.slowMs[at] === 0 ? null : cells.slowGrown[at]! / cells.slowMs[at]!,
    fast: cells.fastMs[at] === 0 ? null : cells.fastGrown[at]! / cells.fastMs[at]!,
  };
}

function check(kind: Kind, cells: Cells, samples: readonly Sample[]): void {
  const { grid } = cells;
  for (let at = 0; at < grid.count; at++) {
    const from = grid.startMs + at * grid.stepMs;
    const inside = samples.filter(({ tMs }) => tMs >= from && tMs < from + grid.stepMs);
    if (inside.length === 0) assert.equal(cells.count[at], 0);
    else assert.deepEqual(cellOf(cells, at), naive(kind, inside));
  }
}

function fed(kind: Kind, samples: readonly Sample[], grid = gridOf(origin)): Cells {
  const cells = createCells(kind, grid);
  cells.feed(
    Float64Array.from(samples, ({ tMs }) => tMs),
    Float64Array.from(samples, ({ value }) => value),
  );
  return cells;
}

/** Steps with gaps and pauses; values that stand, wander, leap and begin anew. */
const history = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constant(5000), fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 900_000 })),
      fc.oneof(
        fc.constant(0),
        fc.integer({ min: -50, max: 5000 }),
        fc.integer({ min: -(2 ** 45), max: 2 ** 45 }),
      ),
    ),
    { maxLength: 300, size: 'max' },
  )
  .map((steps) => {
    let tMs = startMs;
    let value = 1000;
    return steps.flatMap(([ms, by]): Sample[] => {
      tMs += ms;
      value = Math.min(Math.max(value + by, -(2 ** 50)), 2 ** 50);
      return tMs < startMs + tiers.minute.windowMs ? [{ tMs, value }] : [];
    });
  });

for (const kind of ['gauge', 'counter'] as const) {
  test(`minutes and tens of a ${kind} are what the samples say, also read back`, async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 0, max: 7 }), async (samples, place) => {
        const minutes = fed(kind, samples);
        check(kind, minutes, samples);
        if (samples.length === 0) return;
        const index = origin.group * 8 + place;
        // A neighbour that has every tick, so that the series has gaps where its group has none.
        const neighbour = fed(
          'gauge',
          [...Array(400).keys()].map((at) => ({ tMs: startMs + at * 54_000, value: 1 })),
        );
        const both = new Map([
          [index, minutes],
          ...(place === 3 ? [] : [[origin.group * 8 + 3, neighbour] as const]),
        ]);
        const bytes = await encodeRollup(origin, both, pause);
        const read = openRollup(bytes, origin).cells(index)!;
        check(kind, read, samples);
        const tens = createCells(kind, gridOf({ tier: 'ten', startMs }));
        for (let at = 0; at < read.count.length; at++) if (read.count[at]! > 0) takeCell(tens, read, at);
        check(kind, tens, samples);
      }),
      { numRuns: 40 },
    );
  });

  test(`cells of a ${kind} that came in parts are those of the whole, whichever part came first`, () => {
    fc.assert(
      fc.property(history, fc.array(fc.nat(300), { maxLength: 5 }), fc.nat(1000), (samples, cuts, seed) => {
        const bounds = [
          0,
          ...cuts.filter((cut) => cut < samples.length).sort((a, b) => a - b),
          samples.length,
        ];
        const parts = bounds.slice(1).map((to, at) => fed(kind, samples.slice(bounds[at], to)));
        // Two that are neighbours first, then what is before or behind them, as late batches come.
        const first = seed % parts.length;
        const order = [...parts.keys()].sort((a, b) => Math.abs(a - first) - Math.abs(b - first));
        const joined = createCells(kind, gridOf(origin));
        for (const part of order) {
          for (let at = 0; at < joined.count.length; at++) {
            if (parts[part]!.count[at]! > 0) takeCell(joined, parts[part]!, at);
          }
        }
        check(kind, joined, samples);
      }),
      { numRuns: 40 },
    );
  });
}

test('ticks of a counter that are interleaved with later ones count once, as long as it did not begin anew', () => {
  const samples = [...Array(24).keys()].map((at) => ({ tMs: startMs + at * 5000, value: 100 + at * at }));
  const even = fed(
    'counter',
    samples.filter((_, at) => at % 2 === 0),
  );
  const odd = fed(
    'counter',
    samples.filter((_, at) => at % 2 === 1),
  );
  for (let at = 0; at < 2; at++) takeCell(even, odd, at);
  const whole = fed('counter', samples);
  if (even.kind !== 'counter' || whole.kind !== 'counter') throw new TypeError();
  for (const field of ['count', 'first', 'firstMs', 'last', 'lastMs', 'grown', 'coveredMs'] as const) {
    assert.deepEqual([...even[field].subarray(0, 2)], [...whole[field].subarray(0, 2)], field);
  }
});

test('ticks of a counter that come late into a pause fill it, whichever part came first', () => {
  const all = Array.from({ length: 115 }, (_, at) => ({
    tMs: startMs + 5000 * at,
    value: 1000 + 7 * at * at,
  }));
  const isLate = ({ tMs }: Sample) => tMs >= startMs + 100_000 && tMs < startMs + 440_000;
  for (const parts of [
    [false, true],
    [true, false],
  ]) {
    const grid = { startMs, stepMs: tiers.ten.cellMs, count: 1 };
    const whole = createCells('counter', grid);
    for (const late of parts) {
      const part = createCells('counter', grid);
      const some = all.filter((sample) => isLate(sample) === late);
      part.feed(
        Float64Array.from(some, ({ tMs }) => tMs),
        Float64Array.from(some, ({ value }) => value),
      );
      takeCell(whole, part, 0);
    }
    assert.ok(whole.kind === 'counter');
    assert.deepEqual([whole.grown[0], whole.coveredMs[0]], [7 * 114 * 114, 114 * 5000]);
  }
});

test('sums beyond the exact numbers are rounded, everything else stays exact', async () => {
  const samples = [...Array(100).keys()].map((at) => ({
    tMs: startMs + at * 500,
    value: (at % 2 ? 1 : -1) * 2 ** 51,
  }));
  const cells = fed('gauge', samples);
  const bytes = await encodeRollup(origin, new Map([[16, cells]]), pause);
  const { sum, ...read } = cellOf(openRollup(bytes, origin).cells(16)!, 0) as { sum: bigint; least: number };
  const { sum: exact, ...plain } = naive('gauge', samples) as { sum: bigint; least: number };
  assert.deepEqual(read, plain);
  assert.ok(Number(sum - exact) < 2 ** 10);
});

test('a record that is damaged, cut off or of another place is refused', async () => {
  const samples = [...Array(500).keys()].map((at) => ({
    tMs: startMs + at * 5000,
    value: (at * 7919) % 1001,
  }));
  const bytes = await encodeRollup(origin, new Map([[16, fed('gauge', samples)]]), pause);
  for (let bit = 0; bit < bytes.length * 8; bit += 7) {
    const damaged = Buffer.from(bytes);
    damaged[bit >> 3] = damaged[bit >> 3]! ^ (1 << (bit & 7));
    assert.throws(() => openRollup(damaged, origin), /RangeError|Malformed/);
  }
  for (const end of [0, 3, 10, bytes.length - 1])
    assert.throws(() => openRollup(bytes.subarray(0, end), origin));
  for (const other of [{ machine: 8 }, { group: 1 }, { tier: 'ten' as const }, { startMs: 0 }]) {
    assert.throws(() => openRollup(bytes, { ...origin, ...other }), /belongs elsewhere/);
  }
});

test('each counter of a record keeps whose its first and last values are, also where those of its group are of others', async () => {
  const ofRuns = (...runs: number[]) => {
    const cells = createCells('counter', gridOf(origin));
    const times = Float64Array.from({ length: 60 }, (_, at) => startMs + at * 5000);
    const values = times.map((_, at) => at * 10);
    cells.feed(
      times,
      values,
      Uint32Array.from(times, (_, at) => runs[at % runs.length]!),
    );
    return cells;
  };
  const given = new Map([
    [16, ofRuns(9)],
    [17, ofRuns(2 ** 32 - 1)],
    [18, ofRuns(5, 9, 2)],
    [19, ofRuns(9)],
  ]);
  const record = openRollup(await encodeRollup(origin, given, pause), origin);
  for (const [index, cells] of given) {
    const found = record.cells(index)!;
    assert.ok(found.kind === 'counter' && cells.kind === 'counter');
    assert.deepEqual([found.firstRun, found.lastRun], [cells.firstRun, cells.lastRun], `series ${index}`);
    assert.deepEqual([found.grown, found.coveredMs], [cells.grown, cells.coveredMs], `series ${index}`);
  }
});

test('what comes late into a cell makes no step with values of another run, before it or behind', () => {
  const part = (run: number, first: number, fromMs: number) => ({
    ...{ run, times: Float64Array.of(startMs + fromMs, startMs + fromMs + 5000) },
    values: Float64Array.of(first, first + 10),
  });
  const [early, late] = [part(3, 1e6, 10_000), part(4, 50, 30_000)];
  for (const order of [
    [early, late],
    [late, early],
  ]) {
    const cells = createCells('counter', gridOf(origin));
    for (const { times, values, run } of order) {
      const one = createCells('counter', gridOf(origin));
      one.feed(times, values, run);
      takeCell(cells, one, 0);
    }
    assert.ok(cells.kind === 'counter');
    assert.deepEqual([cells.count[0], cells.grown[0], cells.coveredMs[0]], [4, 20, 10_000]);
    assert.deepEqual([cells.firstRun[0], cells.lastRun[0]], [3, 4]);
  }
});

test('a record from before runs were noted is read, and its cells go on in those of any run', () => {
  const hex =
    '0102700702030205c8010205020806070603060300001a180600e400001a904eb0ea0100ee020000f10a561af2011802bc360a021800' +
    'fc9c00904e0a2a0c00fa4d00904ed4a27a7a';
  const cells = openRollup(Buffer.from(hex, 'hex'), origin).cells(17)!;
  const samples = [...Array(30).keys()].map((at) => ({ tMs: startMs + at * 5000, value: 100 + at * at }));
  check('counter', cells, samples);
  const more = { tMs: startMs + 30 * 5000, value: 1000 };
  const joined = createCells('counter', gridOf(origin));
  for (let at = 0; at < 3; at++) takeCell(joined, cells, at);
  joined.feed(Float64Array.of(more.tMs), Float64Array.of(more.value), 7);
  check('counter', joined, [...samples, more]);
});

test('a series whose minutes never change costs a few bytes', async () => {
  const samples = [...Array(4320).keys()].map((at) => ({ tMs: startMs + at * 5000, value: 1_000_000_000 }));
  const one = await encodeRollup(origin, new Map([[16, fed('gauge', samples)]]), pause);
  const eight = new Map([...Array(8).keys()].map((at) => [16 + at, fed('gauge', samples)]));
  const all = await encodeRollup(origin, eight, pause);
  assert.ok(one.length < 60, `${one.length}`);
  assert.ok((all.length - one.length) / 7 < 12);
});
