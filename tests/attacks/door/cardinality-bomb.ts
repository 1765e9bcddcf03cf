/** A machine that was taken over invents series without end. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { limits } from '../../../appliance/protocol/limits.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';

const visits = 20;
const names = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, at) => `bomb.${prefix}:${at}`);

/** Resident memory of store and ingest together, in MB. */
async function memoryMb({ box }: Scene): Promise<number> {
  const kib = await Promise.all(
    (['store', 'ingest'] as const).map(async (daemon) => {
      const status = await readFile(`/proc/${box.program(daemon).pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    }),
  );
  return kib.reduce((sum, one) => sum + one, 0) * 1.024e-3;
}

export const cardinalityBomb: Attack = {
  threat: 8,
  about: 'ten thousand new series names of one machine, and thousands that pose as probes',
  by: 'A3',
  guard: { file: 'appliance/ingest/dictionaries.ts', name: 'bucket.waitMs(nowMs)' },
  async control(scene) {
    const { agent } = await scene.admitted('rich in series');
    agent.dictionary(names('control', 100));
    agent.tick(0, new Array(100).fill(1));
    await agent.until('it is acknowledged', () => agent.acked().has(0));
  },
  async attack(scene) {
    const { store } = scene.box;
    const { agent, identity } = await scene.admitted('inventive');
    const before = (await store.health()).series;
    const beforeMb = await memoryMb(scene);
    agent.dictionary(names('first', 300));
    agent.dictionary(names('more', limits.seriesPerMachine), 300);
    await agent.until('the door has closed', () => agent.closed);
    assert.equal(agent.errors[0]?.code, 'TOO_MANY_SERIES');
    const codes = new Set<string>();
    const visit = async (number: number) => {
      const again = await scene.stranger({ name: 'inventive' }, { identity });
      again.dictionary(names(`visit${number}`, limits.seriesPerMachine));
      again.tick(0, new Array(limits.seriesPerMachine).fill(1));
      await again.until('it is answered', () => again.closed || again.acked().has(0));
      codes.add(again.errors[0]?.code ?? 'taken');
      again.cut();
    };
    await visit(0);
    const posing = await scene.stranger({ name: 'inventive' }, { identity });
    const most = limits.probeSeriesPerMachine;
    const probes = names('probe', most + 1).map((name) => name.replace('bomb.', 'probe.'));
    for (let from = 0; from <= most && !posing.closed; from += limits.seriesPerMachine)
      posing.dictionary(probes.slice(from, from + limits.seriesPerMachine), from);
    await posing.until('it is told that these are too many', () => posing.closed);
    assert.equal(posing.errors[0]?.code, 'TOO_MANY_SERIES');
    for (let number = 1; number < visits; number++) await visit(number);
    const made = (await store.health()).series - before;
    assert.ok(made <= limits.seriesPerMachine, `${made} series were made`);
    assert.ok(codes.has('TOO_MANY_SERIES'), `it is told ${[...codes].join()}`);
    const grownMb = (await memoryMb(scene)) - beforeMb;
    assert.ok(grownMb < 64, `store and ingest have grown by ${grownMb} MB`);
    return `${made} of ${300 + (visits + 1) * limits.seriesPerMachine + probes.length} made, then TOO_MANY_SERIES`;
  },
};
