import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProbeDefinition } from '../../appliance/watch/client/probes.ts';
import type { NewRule } from '../../appliance/watch/client/types.ts';
import { preview } from '../../appliance/watch/preview.ts';
import { WatchStoreInRam, watchedMachine } from '../helpers/watch-store.ts';

const minute = 60_000;
const hour = 60 * minute;
const dayMs = 24 * hour;
const toMs = Date.UTC(2026, 2, 10);
const busy: NewRule = {
  kind: 'threshold',
  name: 'busy',
  options: { limit: 0.9, hysteresis: 0.1, forMs: 5 * minute },
};

function storeWith(machine: number, values: Iterable<[tMs: number, value: number]>) {
  const store = new WatchStoreInRam({ anchorMs: 0, wallMs: () => toMs });
  store.put(watchedMachine(machine));
  const past = [...values].map(([tMs, value]) => ({ name: 'system.cpu.utilization', tMs, value }));
  store.past.set(machine, past);
  return store;
}

function* minutes(days: number, valueAt: (minuteOfDay: number) => number | null): Iterable<[number, number]> {
  for (let tMs = toMs - days * dayMs; tMs < toMs; tMs += minute) {
    const value = valueAt(Math.round((tMs % dayMs) / minute));
    if (value !== null) yield [tMs, value];
  }
}

async function ask(store: WatchStoreInRam, rule: NewRule, days = 7, probes: ProbeDefinition[] = []) {
  const machines = [...store.machines.values()];
  return preview({ store: store.client(), rule, machines, probes, fromMs: toMs - days * dayMs, toMs });
}

test('tells each time that the rule would have fired in a week, from when to when', async () => {
  const store = storeWith(
    1,
    minutes(7, (at) => (at >= 600 && at < 620 ? 0.97 : 0.3)),
  );
  const { machines, warnings, stepMs } = await ask(store, busy);
  assert.deepEqual([stepMs, warnings], [minute, []]);
  const [found] = machines;
  assert.equal(found?.incidents.length, 7);
  for (const { openedMs, resolvedMs, text } of found!.incidents) {
    assert.equal(openedMs % dayMs, 605 * minute, 'five minutes after ten');
    assert.equal(resolvedMs! % dayMs, 621 * minute);
    assert.match(text.en, /^pc-1: CPU at 97 %/);
  }
  const stricter = await ask(store, { ...busy, options: { ...busy.options, forMs: 30 * minute } });
  assert.equal(stricter.machines[0]?.incidents.length, 0);
});

test('nothing fires where nothing was measured, and what was open there stays unknown', async () => {
  const off = storeWith(
    1,
    minutes(1, (at) => (at < 600 || at > 900 ? 0.97 : null)),
  );
  const { machines } = await ask(off, busy, 1);
  assert.deepEqual(
    machines[0]?.incidents.map(({ openedMs, resolvedMs }) => [openedMs % dayMs, resolvedMs]),
    [[5 * minute, null]],
  );
});

test('comings and goings are taken from the journal', async () => {
  const store = storeWith(1, []);
  const note = (kind: string, atMs: number) =>
    store.notes.push({ kind, atMs, machine: 1, who: 'x', role: 'x', from: 'x', text: { en: '', fr: '' } });
  note('machine.vanished', toMs - 5 * hour);
  note('machine.back', toMs - 4 * hour);
  note('machine.off', toMs - 3 * hour);
  note('machine.back', toMs - 2 * hour);
  note('machine.vanished', toMs - hour);
  const { machines, stepMs } = await ask(store, {
    kind: 'vanished',
    name: 'gone',
    options: { afterMs: 10 * minute },
  });
  assert.equal(stepMs, null);
  assert.deepEqual(
    machines[0]?.incidents.map(({ openedMs, resolvedMs }) => [
      openedMs - toMs,
      resolvedMs && resolvedMs - toMs,
    ]),
    [
      [-5 * hour + 8 * minute, -4 * hour],
      [-hour + 8 * minute, null],
    ],
  );
});

test('a machine that goes meanwhile begins anew', async () => {
  const store = storeWith(
    1,
    minutes(1, (at) => (at >= 600 && at < 620 ? 0.97 : 0.3)),
  );
  const tenMs = toMs - dayMs + 600 * minute;
  for (const [kind, atMs] of [
    ['machine.vanished', tenMs + 2 * minute],
    ['machine.back', tenMs + 2.5 * minute],
  ] as const)
    store.notes.push({ kind, atMs, machine: 1, who: 'x', role: 'x', from: 'x', text: { en: '', fr: '' } });
  const { machines } = await ask(store, busy, 1);
  assert.deepEqual(
    machines[0]?.incidents.map(({ openedMs }) => openedMs - tenMs),
    [8 * minute],
  );
});

test('a metric that nobody measures is said', async () => {
  const store = storeWith(
    1,
    minutes(1, () => 0.5),
  );
  const { warnings } = await ask(store, { ...busy, options: { metric: 'system.cpu.utilisation' } });
  assert.deepEqual(
    warnings.map(({ en }) => en),
    ['No machine measures system.cpu.utilisation.'],
  );
});

test('within two days every sample is looked at', async () => {
  const store = storeWith(
    1,
    [0, 20, 40].map((s) => [toMs - hour + s * 1000, s === 20 ? 0.99 : 0.5]),
  );
  const peak: NewRule = { kind: 'threshold', name: 'peak', options: { limit: 0.9, forMs: 0, clearMs: 0 } };
  const { machines, stepMs } = await ask(store, peak, 1);
  assert.equal(stepMs, null);
  assert.equal(machines[0]?.incidents.length, 1);
});
