import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fleet, type FleetEvent } from '../../appliance/web/assets/fleet/fleet.ts';
import { hasValues, healthOf, problemsOf, tallyOf } from '../../appliance/web/assets/fleet/health.ts';
import { matchesFilter, nextOrder, sortRows } from '../../appliance/web/assets/fleet/sort.ts';
import { sampleRow, sampleRows } from '../helpers/page-box.ts';

const nowMs = Date.UTC(2026, 10, 20, 9, 42);
const row = (machine: number, name: string, more = {}) => sampleRow(machine, name, nowMs, more);

test('a machine that is not up is never well, whatever it measured last', () => {
  for (const state of ['silent', 'vanished', 'asleep', 'off'] as const) {
    const one = row(1, 'A', { state, summary: { cpu: 0.01, disk: 0.99 } });
    assert.notEqual(healthOf(one), 'well');
    assert.equal(hasValues(one), false);
    assert.equal(
      problemsOf([one]).some(({ kind }) => kind === 'disk'),
      false,
    );
  }
});

test('a machine that is up but has sent nothing is unknown', () => {
  assert.equal(healthOf(row(1, 'A', { tMs: null, summary: null })), 'unknown');
});

test('a disk is worth a look from 85 % and urgent from 95 %', () => {
  const levels = [0.84, 0.85, 0.949, 0.95].map((disk) => healthOf(row(1, 'A', { summary: { disk } })));
  assert.deepEqual(levels, ['well', 'attention', 'attention', 'bad']);
});

test('problems stand worst first, then newest first', () => {
  const rows = [
    row(1, 'FULL', { summary: { disk: 0.9 } }),
    row(2, 'OLD', { state: 'vanished', stateSinceMs: nowMs - 9_000_000 }),
    row(3, 'NEW', { state: 'vanished', stateSinceMs: nowMs - 60_000 }),
    row(4, 'QUIET', { state: 'silent', stateSinceMs: nowMs - 20_000 }),
    row(5, 'BRIM', { summary: { disk: 0.97 } }),
  ];
  assert.deepEqual(
    problemsOf(rows).map(({ name }) => name),
    ['NEW', 'OLD', 'BRIM', 'QUIET', 'FULL'],
  );
});

test('the tally counts each machine once', () => {
  const tally = tallyOf(sampleRows(nowMs));
  assert.deepEqual(tally, { total: 38, well: 33, attention: 1, bad: 2, unknown: 0, asleep: 1, off: 1 });
});

test('names sort as people count: PC2 before PC10', () => {
  const rows = ['PC10', 'pc2', 'ÉCOLE', 'Bureau'].map((name, index) => row(index + 1, name));
  const sorted = sortRows(rows, { column: 'name', descending: false }, 'fr').map(({ name }) => name);
  assert.deepEqual(sorted, ['Bureau', 'ÉCOLE', 'pc2', 'PC10']);
});

test('machines without a value stand last, whichever way one sorts', () => {
  const rows = [
    row(1, 'LOW', { summary: { cpu: 0.1 } }),
    row(2, 'GONE', { state: 'vanished', summary: { cpu: 0.99 } }),
    row(3, 'HIGH', { summary: { cpu: 0.8 } }),
    row(4, 'NONE', { summary: {} }),
  ];
  const names = (descending: boolean) =>
    sortRows(rows, { column: 'cpu', descending }, 'en').map(({ name }) => name);
  assert.deepEqual(names(true), ['HIGH', 'LOW', 'GONE', 'NONE']);
  assert.deepEqual(names(false), ['LOW', 'HIGH', 'GONE', 'NONE']);
});

test('quantities sort downward at the first click, names upward', () => {
  const start = { column: 'name', descending: false } as const;
  assert.deepEqual(nextOrder(start, 'disk'), { column: 'disk', descending: true });
  assert.deepEqual(nextOrder({ column: 'disk', descending: true }, 'disk'), {
    column: 'disk',
    descending: false,
  });
  assert.deepEqual(nextOrder({ column: 'disk', descending: true }, 'name'), start);
});

test('the filter forgives accents and case and knows addresses', () => {
  const one = row(1, 'École-3', { facts: { addresses: ['192.168.1.77'] } });
  assert.ok(matchesFilter(one, ' ecole'));
  assert.ok(matchesFilter(one, '1.77'));
  assert.ok(matchesFilter(one, ''));
  assert.equal(matchesFilter(one, 'bureau'), false);
});

test('a late sample does not replace a newer one, an unknown machine is ignored', () => {
  const fleet = new Fleet();
  fleet.replace([row(1, 'A', { tMs: 2000, summary: { cpu: 0.5 } })]);
  const heard: FleetEvent[] = [];
  fleet.onChange((event) => heard.push(event));
  fleet.applyLive({ machine: 1, tMs: 1000, summary: { cpu: 0.1 } });
  fleet.applyLive({ machine: 9, tMs: 9000, summary: { cpu: 0.1 } });
  assert.deepEqual(heard, []);
  fleet.applyLive({ machine: 1, tMs: 3000, summary: { cpu: 0.2 } });
  assert.equal(fleet.rows.get(1)?.summary?.cpu, 0.2);
  assert.deepEqual(heard, [{ kind: 'row', machine: 1 }]);
});

test('a state change keeps the values and moves no row; a new name does', () => {
  const fleet = new Fleet();
  const first = row(1, 'A', { tMs: 2000, summary: { cpu: 0.5 } });
  fleet.replace([first]);
  const heard: string[] = [];
  fleet.onChange(({ kind }) => heard.push(kind));
  const { tMs: _tMs, summary: _summary, ...machine } = first;
  fleet.applyMachine({ ...machine, state: 'silent' });
  assert.equal(fleet.rows.get(1)?.summary?.cpu, 0.5);
  fleet.applyMachine({ ...machine, name: 'B' });
  fleet.applyMachine({ ...machine, removed: true });
  assert.equal(fleet.rows.size, 0);
  assert.deepEqual(heard, ['row', 'order', 'order']);
});
