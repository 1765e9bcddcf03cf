import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Machine } from '../../appliance/store/client/client.ts';
import { createFleet } from '../../appliance/web/fleet.ts';
import { machineOf, StoreInRam } from '../helpers/web-sources.ts';

test('what changes while the fleet is read is not lost', async () => {
  let answer: (machines: Machine[]) => void = () => undefined;
  const fleet = createFleet({
    ...new StoreInRam().client(),
    machines: () => new Promise((resolve) => (answer = resolve)),
    summaries: async () => ({ 1: { tMs: 5, summary: { cpu: 0.1 } } }),
  });
  const reading = fleet.refresh();
  fleet.apply({ topic: 'machine', machine: machineOf(1, { state: 'silent' }) });
  fleet.apply({ topic: 'live', machine: 1, tMs: 6, summary: { cpu: 0.2 } });
  answer([machineOf(1), machineOf(2)]);
  await reading;
  assert.deepEqual(fleet.rows(), [
    { ...machineOf(1, { state: 'silent' }), tMs: 6, summary: { cpu: 0.2 } },
    { ...machineOf(2), tMs: null, summary: null },
  ]);
});

test('keeps what it knew when reading fails', async () => {
  const store = new StoreInRam();
  store.machines.set(1, machineOf(1));
  const fleet = createFleet(store.client());
  await fleet.refresh();
  store.line.leave();
  await assert.rejects(fleet.refresh(), { code: 'UNAVAILABLE' });
  fleet.apply({ topic: 'live', machine: 1, tMs: 6, summary: {} });
  assert.equal(fleet.row(1)?.tMs, 6);
  assert.equal(fleet.row(2), null);
});
