// How much of the time a probe was reached: against a plain count, over a database whose samples became minutes and tens.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../appliance/runtime/errors.ts';
import type { StoreClient } from '../../../appliance/store/client/client.ts';
import type { AvailabilitySpan } from '../../../appliance/watch/client/probes.ts';
import { Availability, type Looked } from '../../../appliance/watch/probes/availability.ts';
import { Random } from '../../bench/random.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { HistoryParts } from '../../helpers/history-parts.ts';
import { gauge } from '../../helpers/store-parts.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const id = 'abcdefgh';
const series = [
  gauge('system.cpu.utilization', 3),
  gauge(`probe.up:${id}`),
  gauge(`probe.duration:${id}`, 6),
];
/** In the middle of a week of tens. */
const startMs = 2900 * 7 * dayMs + 4 * dayMs;
const never = new AbortController().signal;

type Look = { machine: number; tMs: number; isUp: boolean; durationS: number };

/** Some vantage points that look every so often, are away at times, and see the target go down, together or alone. */
function looksOf(random: Random, intervalMs: number, days: number, machines: readonly number[]): Look[] {
  const looks: Look[] = [];
  const isDownFrom: [number, number][] = Array.from({ length: 6 }, () => {
    const from = startMs + random.uniform() * days * dayMs;
    return [from, from + random.uniform() * 8 * hourMs];
  });
  for (const machine of machines) {
    let tMs = startMs + Math.floor(random.uniform() * (machine === machines[0] ? hourMs : 2 * dayMs));
    while (tMs < startMs + days * dayMs) {
      const isDown = isDownFrom.some(([from, to]) => tMs >= from && tMs < to) || random.chance(0.2);
      looks.push({ machine, tMs, isUp: !isDown, durationS: Math.round(random.uniform() * 2e6) / 1e6 });
      tMs += intervalMs + Math.floor(random.uniform() * 2_000);
      if (random.chance(0.01)) tMs += Math.floor(random.uniform() * 12 * hourMs);
    }
  }
  return looks;
}

async function put(parts: HistoryParts, looks: readonly Look[], machines: readonly number[]): Promise<void> {
  for (const machine of machines) {
    const own = looks.filter((look) => look.machine === machine);
    const ticks = own.map(({ tMs, isUp, durationS }, seq) => ({
      ...{ seq, runMs: tMs - startMs },
      values: [500, isUp ? 1 : 0, isUp ? Math.round(durationS * 1e6) : undefined],
    }));
    await parts.seal({ machine, run: String(machine).repeat(32), wallAtZeroMs: startMs }, ticks);
  }
}

function storeOf(parts: HistoryParts): Pick<StoreClient, 'exportPage'> {
  return {
    async exportPage(query, o) {
      if (query.machine === 99) throw new Failure('NOT_FOUND', 'there is no machine 99');
      return parts.reader.exportPage(query, o?.signal);
    },
  };
}

/** As a person would count it with pencil and paper: cell by cell, look by look. */
function counted(
  looks: readonly Look[],
  { intervalMs, vantages }: Looked,
  nowMs: number,
): AvailabilitySpan[] {
  return (['24h', '7d', '30d', '365d'] as const).map((span) => {
    const cellMs = span === '24h' ? minuteMs : 10 * minuteMs;
    const byCell = new Map(vantages.map((machine) => [machine, new Map<number, Look[]>()]));
    for (const look of looks) {
      const cells = byCell.get(look.machine);
      const cell = Math.floor(look.tMs / cellMs);
      cells?.set(cell, [...(cells.get(cell) ?? []), look]);
    }
    const shareAt = (machine: number, cell: number): number | null => {
      const cells = byCell.get(machine)!;
      const inside = cells.get(cell);
      if (inside !== undefined) return inside.filter(({ isUp }) => isUp).length / inside.length;
      if (2 * intervalMs <= cellMs) return null;
      for (let back = 1; back <= Math.ceil((1.5 * intervalMs) / cellMs); back++) {
        const before = cells.get(cell - back)?.at(-1);
        if (before !== undefined) return before.isUp ? 1 : 0;
      }
      return null;
    };
    const bestAt = (cell: number): number | null => {
      const known = vantages.flatMap((machine) => shareAt(machine, cell) ?? []);
      return known.length === 0 ? null : Math.max(...known);
    };
    const now = Math.floor(nowMs / cellMs);
    const last = bestAt(now) === null ? now - 1 : now;
    const wanted = (Number.parseInt(span, 10) * (span === '24h' ? hourMs : dayMs)) / cellMs;
    let [known, up] = [0, 0];
    const answers: number[] = [];
    for (let cell = last - wanted + 1; cell <= last; cell++) {
      const share = bestAt(cell);
      if (share !== null) {
        known++;
        up += share;
      }
      for (const machine of vantages)
        for (const { isUp, durationS } of byCell.get(machine)!.get(cell) ?? [])
          if (isUp) answers.push(durationS);
    }
    return {
      ...{ span, share: known === 0 ? null : up / known, knownS: (known * cellMs) / 1000 },
      unknownS: ((wanted - known) * cellMs) / 1000,
      meanS: answers.length === 0 ? null : answers.reduce((sum, one) => sum + one, 0) / answers.length,
      highestS: answers.length === 0 ? null : Math.max(...answers),
    };
  });
}

function assertSame(
  found: readonly AvailabilitySpan[],
  expected: readonly AvailabilitySpan[],
  why: string,
): void {
  for (const [at, { span, share, knownS, unknownS, meanS, highestS }] of expected.entries()) {
    const one = found[at]!;
    const close = (a: number | null, b: number | null) =>
      a === b || (a !== null && b !== null && Math.abs(a - b) < 1e-9);
    assert.deepEqual([one.span, one.knownS, one.unknownS], [span, knownS, unknownS], why);
    assert.ok(close(one.share, share), `${why} ${span}: ${one.share} is not ${share}`);
    assert.ok(close(one.meanS, meanS) && one.highestS === highestS, `${why} ${span}`);
  }
}

test('is what a plain count says, over samples, minutes and tens', async (t) => {
  const cases = [
    { seed: 1, intervalMs: 3 * minuteMs, machines: [1, 2] },
    { seed: 2, intervalMs: 20 * minuteMs, machines: [1] },
    { seed: 3, intervalMs: 6 * minuteMs, machines: [1, 2, 3] },
  ];
  for (const { seed, intervalMs, machines } of cases) {
    const parts = await HistoryParts.open(t, series);
    const looks = looksOf(new Random(seed), intervalMs, 9, machines);
    await put(parts, looks, machines);
    const nowMs = startMs + 9 * dayMs + 7 * minuteMs + 1;
    const clock = new FakeClock();
    const ask = (vantages: readonly number[], atMs = nowMs) =>
      new Availability({ store: storeOf(parts), clock, nowMs: () => atMs }).of(
        { id, intervalMs, vantages },
        never,
      );
    const told = async (why: string, some: readonly (readonly number[])[]) => {
      for (const vantages of some)
        assertSame(
          await ask(vantages),
          counted(looks, { id, intervalMs, vantages }, nowMs),
          `${seed} ${why}`,
        );
    };
    await told('as it was measured', [machines]);
    await parts.age({ rawMs: dayMs, minutesMs: 2 * dayMs, tensMs: 700 * dayMs }, nowMs);
    assert.ok(parts.counts.rolledUp > 0 && parts.counts.rolledRecords > 0);
    await told('rolled up', [machines, [...machines.slice(0, 1), 99]]);
  }
});

test('before it was there nothing is known, and a probe that nobody checks has no number', async (t) => {
  const parts = await HistoryParts.open(t, series);
  const nowMs = startMs + 2 * hourMs;
  const looks = Array.from(
    { length: 180 },
    (_, at): Look => ({
      ...{ machine: 1, tMs: startMs + hourMs + at * 20_000, isUp: at >= 90, durationS: 0.5 },
    }),
  );
  await put(parts, looks, [1]);
  const availability = new Availability({
    store: storeOf(parts),
    clock: new FakeClock(),
    nowMs: () => nowMs,
  });
  const [day, , , year] = await availability.of({ id, intervalMs: 20_000, vantages: [1] }, never);
  assert.deepEqual(day, {
    ...{ span: '24h', share: 0.5, knownS: 3_600, unknownS: 23 * 3_600 },
    ...{ meanS: 0.5, highestS: 0.5 },
  });
  assert.deepEqual([year?.share, year?.knownS], [0.5, 3_600]);
  const nobody = await availability.of({ id, intervalMs: 20_000, vantages: [] }, never);
  assert.deepEqual(
    nobody.map(({ share, knownS, meanS, highestS }) => [share, knownS, meanS, highestS]),
    Array.from({ length: 4 }, () => [null, 0, null, null]),
  );
});

test('asks for minutes and tens alone, remembers for a while, and stops when nobody waits any more', async (t) => {
  const parts = await HistoryParts.open(t, series);
  await put(parts, looksOf(new Random(4), 5 * minuteMs, 3, [1, 2]), [1, 2]);
  const asked: string[] = [];
  const leaving = new AbortController();
  let leaveAt = Number.POSITIVE_INFINITY;
  const real = storeOf(parts);
  const store: Pick<StoreClient, 'exportPage'> = {
    exportPage(query, o) {
      asked.push(query.tier);
      if (asked.length >= leaveAt) leaving.abort();
      return real.exportPage(query, o);
    },
  };
  const clock = new FakeClock();
  const availability = new Availability({ store, clock, nowMs: () => startMs + 3 * dayMs });
  const looked = { id, intervalMs: 5 * minuteMs, vantages: [1, 2] };
  const first = await availability.of(looked, never);
  const pages = asked.length;
  assert.deepEqual([...new Set(asked)].sort(), ['minute', 'ten']);
  assert.deepEqual(await availability.of(looked, never), first);
  assert.equal(asked.length, pages, 'it is known');
  await clock.advance(2 * minuteMs);
  await availability.of(looked, never);
  assert.ok(
    asked.slice(pages).every((tier) => tier === 'minute') && asked.length > pages,
    'tens change slowly',
  );

  leaveAt = asked.length + 1;
  const other = { ...looked, vantages: [2, 1] };
  const waiting = availability.of({ ...looked, vantages: [2] }, leaving.signal);
  const gone = availability.of(other, leaving.signal);
  await assert.rejects(waiting, { name: 'AbortError' });
  await assert.rejects(gone, { name: 'AbortError' });
  assert.equal(asked.length, leaveAt, 'who waited and left asks nothing');
  await availability.of(other, never);
});
