import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Machine } from '../../../appliance/store/client/client.ts';
import { Standing } from '../../../appliance/watch/probes/standing.ts';
import { gateway } from '../../helpers/probe-station.ts';
import { watchedMachine } from '../../helpers/watch-store.ts';

test('a machine was removed only when it is known which there are', () => {
  let machines: Machine[] = [];
  const standing = new Standing({
    cells: {
      of: (_, machine) => ({
        ...{ machine, verdict: 'up', reason: null, sinceMs: 1, lastMs: 1, durationS: 0.1 },
      }),
    },
    machines: () => machines,
    machineOf: (machine) => machines.find((one) => one.machine === machine),
    incidentOf: () => null,
  });
  const codes = () => {
    const [cell] = standing.cells({ ...gateway, vantages: [2] });
    return [cell?.verdict, cell?.reason?.code];
  };
  assert.deepEqual(codes(), ['unknown', undefined]);
  machines = [watchedMachine(1)];
  assert.deepEqual(codes(), ['unknown', 'REMOVED']);
  machines = [watchedMachine(1), watchedMachine(2, { state: 'asleep' })];
  assert.deepEqual(codes(), ['unknown', 'AWAY']);
  machines = [watchedMachine(2)];
  assert.deepEqual(codes(), ['up', undefined]);
});
