import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import {
  apply,
  emptyState,
  isFresh,
  type SourceName,
  type State,
  sortedRows,
  staleSinceMs,
} from '../../display/state.ts';
import { machineRow } from '../helpers/screen-samples.ts';

const one = machineRow(1, 'BOX', 'up').machine;
const two = machineRow(2, 'PC-2', 'vanished').machine;
let loaded: State;
beforeEach(() => {
  loaded = apply(emptyState, {
    kind: 'machines',
    machines: [one, two],
    summaries: { 1: { tMs: 5, summary: { cpu: 0.5 } } },
  });
});

test('takes the fleet with the summaries that there are', () => {
  assert.deepEqual(loaded.rows.get(1)?.summary, { cpu: 0.5 });
  assert.deepEqual(loaded.rows.get(2)?.summary, {});
});

test('a live change replaces the summary of a known machine and ignores a stranger', () => {
  const change = { topic: 'live', machine: 1, tMs: 9, summary: { cpu: 0.9 } } as const;
  const next = apply(loaded, { kind: 'change', change });
  assert.deepEqual([next.rows.get(1)?.tMs, next.rows.get(1)?.summary.cpu], [9, 0.9]);
  assert.equal(apply(loaded, { kind: 'change', change: { ...change, machine: 7 } }).rows.size, 2);
});

test('a machine change adds, updates and removes, and keeps the last values', () => {
  const asleep = { ...one, state: 'asleep' as const };
  const next = apply(loaded, { kind: 'change', change: { topic: 'machine', machine: asleep } });
  assert.equal(next.rows.get(1)?.machine.state, 'asleep');
  assert.equal(next.rows.get(1)?.summary.cpu, 0.5);
  const gone = apply(next, { kind: 'change', change: { topic: 'machine', machine: one, removed: true } });
  assert.deepEqual([...gone.rows.keys()], [2]);
});

test('shows the worst machines first', () => {
  assert.deepEqual(
    sortedRows(loaded).map((row) => row.machine.name),
    ['PC-2', 'BOX'],
  );
});

test('is stale since the first silence of store, ingest or watch, until it is heard again', () => {
  const up = (state: State, source: SourceName) => apply(state, { kind: 'up', source });
  const down = (state: State, source: SourceName, nowMs: number) =>
    apply(state, { kind: 'down', source, nowMs });
  const here = up(up(up(emptyState, 'store'), 'ingest'), 'watch');
  assert.equal(staleSinceMs(here), null);
  assert.ok(isFresh(here));
  const away = down(down(down(here, 'ingest', 70), 'store', 50), 'store', 90);
  assert.equal(staleSinceMs(away), 50);
  assert.ok(!isFresh(away));
  assert.equal(staleSinceMs(up(away, 'store')), 70);
  assert.equal(staleSinceMs(up(up(away, 'store'), 'ingest')), null);
  assert.equal(staleSinceMs(down(here, 'watch', 40)), 40);
  assert.ok(!isFresh(down(here, 'watch', 40)));
});

test('a source that never answered is not stale, but not fresh either', () => {
  const state = apply(emptyState, { kind: 'down', source: 'store', nowMs: 5 });
  assert.equal(staleSinceMs(state), null);
  assert.ok(!isFresh(state));
});
