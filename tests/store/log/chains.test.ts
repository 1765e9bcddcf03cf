import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AppendEntry } from '../../../appliance/store/client/types.ts';
import { ChainReader, ChainWriter } from '../../../appliance/store/log/chains.ts';
import { LogHeads } from '../../helpers/log-heads.ts';

const run = (number: number) => String(number).padStart(32, '0');

function entry(
  o: Partial<AppendEntry> & { seq?: number; values?: (number | undefined)[] } = {},
): AppendEntry {
  const { seq = 0, values = [1, 2, 3], ...more } = o;
  const ticks = [{ seq, runMs: seq * 5000, values }];
  return { machine: 1, run: run(1), wallAtZeroMs: 1e12, trusted: true, ticks, ...more };
}

/** What a reader makes of the groups, and how much it could not read. */
function readBack(groups: readonly Uint8Array[]): { batch: AppendEntry[]; lost: number } {
  const reader = new ChainReader();
  const read = groups.map((group) => reader.read(group));
  return {
    batch: read.flatMap(({ batch }) => batch),
    lost: read.reduce((sum, { lostBytes }) => sum + lostBytes, 0),
  };
}

const values = fc.array(fc.option(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), { nil: undefined }), {
  minLength: 1,
  maxLength: 12,
});
const entries = fc.record({
  machine: fc.integer({ min: 1, max: 3 }),
  run: fc.integer({ min: 1, max: 2 }).map(run),
  wallAtZeroMs: fc.constantFrom(0, 1e12, -5000.5),
  trusted: fc.boolean(),
  ticks: fc.array(fc.record({ seq: fc.nat(2 ** 40), runMs: fc.nat(2 ** 40), values }), {
    minLength: 1,
    maxLength: 3,
  }),
});

test('whatever is appended comes back, in the order of each chain, wherever groups and segments end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ entry: entries, ends: fc.constantFrom('no', 'group', 'segment') })),
      (steps) => {
        const writer = new ChainWriter();
        const heads = new LogHeads(writer);
        let reader = new ChainReader();
        const back: AppendEntry[] = [];
        for (const [at, { entry, ends }] of steps.entries()) {
          heads.append(entry);
          const last = at === steps.length - 1;
          if (ends === 'no' && !last) continue;
          const { batch, lostBytes } = reader.read(writer.take(ends === 'segment'));
          assert.equal(lostBytes, 0);
          back.push(...batch);
          if (ends === 'segment') reader = new ChainReader();
        }
        const told = (all: AppendEntry[]) =>
          all
            .flatMap(({ ticks, ...origin }) =>
              ticks.map((tick) => JSON.stringify({ ...origin, tick: shown(tick) })),
            )
            .sort();
        assert.deepEqual(told(back), told(steps.map(({ entry }) => entry)));
      },
    ),
    { numRuns: 200 },
  );
});

test('a head gives back what it took, wherever the log began anew', () => {
  const rows = fc.array(fc.tuple(values, fc.constantFrom('no', 'group', 'segment')), { maxLength: 40 });
  fc.assert(
    fc.property(rows, (steps) => {
      const writer = new ChainWriter();
      const heads = new LogHeads(writer);
      for (const [seq, [values, ends]] of steps.entries()) {
        heads.append(entry({ seq, values }));
        if (ends !== 'no') writer.take(ends === 'segment');
      }
      const told = heads.of(1).chains.flatMap((chain) => [...chain.ticks()]);
      assert.deepEqual(
        told.sort((a, b) => a.seq - b.seq).map(shown),
        steps.map(([values], seq) => shown({ seq, runMs: seq * 5000, values })),
      );
    }),
    { numRuns: 100 },
  );
});

test('what is in blocks before its group is made is not in the log, and what follows is', () => {
  const writer = new ChainWriter();
  const heads = new LogHeads(writer);
  heads.append(entry({ seq: 0 }));
  const groups = [writer.take(false)];
  heads.append(entry({ seq: 1 }));
  heads.append(entry({ machine: 2, seq: 7 }));
  const head = heads.of(1);
  head.beginSeal();
  heads.append(entry({ seq: 2 }));
  head.endSeal();
  groups.push(writer.take(false));
  assert.equal(writer.bytes, 0);
  const { batch, lost } = readBack(groups);
  assert.equal(lost, 0);
  assert.deepEqual(
    batch.map(({ machine, ticks }) => [machine, ticks[0]!.seq]),
    [
      [1, 0],
      [2, 7],
      [1, 2],
    ],
  );
});

test('what waits when a chain is dated anew has the dating of before, and what follows the new one', () => {
  const writer = new ChainWriter();
  const heads = new LogHeads(writer);
  heads.append(entry({ trusted: false, anchorMs: 5, wallAtZeroMs: 0 }));
  heads.of(1).open[0]!.redate(1e12);
  heads.append(entry({ seq: 1, wallAtZeroMs: 1e12 }));
  assert.equal(heads.of(1).chains.length, 1);
  const [before, after] = readBack([writer.take(false)]).batch;
  assert.deepEqual([before!.wallAtZeroMs, before!.trusted, before!.anchorMs], [0, false, 5]);
  assert.deepEqual([after!.wallAtZeroMs, after!.trusted, after!.anchorMs], [1e12, true, undefined]);
});

/** Absent values at the end are as good as none. */
function shown({ seq, runMs, values }: AppendEntry['ticks'][number]): object {
  const present = values.flatMap((value, index) => (value === undefined ? [] : [[index, value]]));
  return { seq, runMs, present };
}

test('an anchor comes back with its entry', () => {
  const writer = new ChainWriter();
  const heads = new LogHeads(writer);
  heads.append(entry({ trusted: false, anchorMs: 77.5 }));
  assert.deepEqual(readBack([writer.take(false)]).batch, [entry({ trusted: false, anchorMs: 77.5 })]);
});

test('a machine that goes on costs a fraction of one that begins', () => {
  const writer = new ChainWriter();
  const heads = new LogHeads(writer);
  const many = Array.from({ length: 60 }, (_, index) => 1e9 + index);
  heads.append(entry({ seq: 0, values: many }));
  const first = writer.take(false).length;
  heads.append(entry({ seq: 1, values: many.map((value, index) => (index % 2 ? value : value + 5)) }));
  assert.ok(writer.take(false).length * 4 < first);
});

test('nothing is made up when a group is missing: what leant on it is lost and counted, what begins later is not', () => {
  const writer = new ChainWriter();
  const heads = new LogHeads(writer);
  const groups: Uint8Array[] = [];
  for (let seq = 0; seq < 4; seq++) {
    heads.append(entry({ seq, values: [seq * 100, 7, seq] }));
    if (seq === 2) heads.append(entry({ machine: 2, seq }));
    groups.push(writer.take(false));
  }
  for (let missing = 0; missing < 4; missing++) {
    const { batch, lost } = readBack(groups.filter((_, at) => at !== missing));
    const kept = batch.filter(({ machine }) => machine === 1).flatMap(({ ticks }) => ticks);
    assert.deepEqual(
      kept,
      Array.from({ length: missing }, (_, seq) => ({ seq, runMs: seq * 5000, values: [seq * 100, 7, seq] })),
    );
    assert.equal(lost > 0, missing < 3, `group ${missing}`);
    assert.equal(
      batch.some(({ machine }) => machine === 2),
      missing !== 2,
    );
  }
});
