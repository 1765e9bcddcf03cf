import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Machine } from '../../../appliance/store/client/client.ts';
import type { ProbeDefinition } from '../../../appliance/watch/client/probes.ts';
import { alwaysOn } from '../../../appliance/watch/probes/always.ts';
import { Standing } from '../../../appliance/watch/probes/standing.ts';
import { gateway } from '../../helpers/probe-station.ts';
import { watchedMachine } from '../../helpers/watch-store.ts';

function standingOver(machines: () => Machine[]): Standing {
  return new Standing({
    cells: {
      of: (_, machine) => ({
        ...{ machine, verdict: 'up', reason: null, sinceMs: 1, lastMs: 1, durationS: 0.1 },
      }),
    },
    machines,
    machineOf: (machine) => machines().find((one) => one.machine === machine),
    incidentOf: () => null,
  });
}

test('a machine was removed only when it is known which there are', () => {
  let machines: Machine[] = [];
  const standing = standingOver(() => machines);
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

test('what comes with the program has its name in both languages, what people made has theirs', () => {
  const standing = standingOver(() => [watchedMachine(2)]);
  const [own] = alwaysOn();
  const textOf = (probe: ProbeDefinition) => standing.state({ ...probe, vantages: [2] }).text;
  assert.deepEqual(textOf(own!), { en: 'Gateway answers', fr: 'Passerelle répond' });
  const made = { ...own!, id: 'aaaaaaaa', builtIn: false };
  assert.deepEqual(textOf(made), { en: 'Gateway answers', fr: 'Gateway répond' });
});
