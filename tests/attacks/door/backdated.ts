/** A machine that was taken over rewrites the past, or writes the future. */
import assert from 'node:assert/strict';
import { newRun } from '../../helpers/wire-agent.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';

const series = 'test.dated';
const dayMs = 86_400_000;

/** Ticks of an earlier run that began at this date by the machine's own clock. */
async function tell(scene: Scene, name: string, wallMs: number): Promise<{ machine: number; run: string }> {
  const { agent, machine } = await scene.admitted(name);
  const run = newRun();
  agent.dictionary([series]);
  agent.tick(0, [1]);
  agent.send('clocks', { run, pairs: [{ runMs: 0, wallMs, synchronised: true, sleptMs: 0 }] });
  agent.samples({
    run,
    ticks: [0, 1, 2].map((seq) => ({ seq, runMs: 1_000 + seq * 60_000, values: [666] })),
  });
  // Whatever becomes of them, the machine must not say them for ever.
  await agent.until('they are acknowledged', () => agent.acked(run).has(2));
  return { machine, run };
}

async function foundAt({ box }: Scene, machine: number, atMs: number): Promise<boolean> {
  const range = { fromMs: atMs - 2 * dayMs, toMs: atMs + 2 * dayMs, points: 20 };
  const { columns } = await box.store.range({ machine, names: [series], ...range });
  return (columns[0]?.max ?? []).some((value) => value === 666);
}

export const backdated: Attack = {
  threat: 7,
  about: 'samples of last month, of 1970 and of 2099',
  by: 'A3',
  guard: { file: 'appliance/store/samples/admissible.ts', name: 'tMs < oldestMs' },
  async control(scene) {
    const atMs = Date.now() - dayMs;
    const { machine } = await tell(scene, 'was away', atMs);
    assert.ok(await foundAt(scene, machine, atMs), 'yesterday was not taken');
  },
  async attack(scene) {
    const when = {
      'last month': Date.now() - 30 * dayMs,
      'year 1970': 5 * dayMs,
      'year 2099': Date.UTC(2099, 0, 1),
    };
    for (const [what, atMs] of Object.entries(when)) {
      const { machine } = await tell(scene, what, atMs);
      assert.equal(await foundAt(scene, machine, atMs), false, `${what} was written`);
      const { lastSampleMs } = await scene.box.store.machine(machine);
      assert.ok((lastSampleMs ?? 0) < Date.now() + dayMs, `its last sample is of ${what}`);
    }
    return 'left out, and acknowledged so that nobody says them again; yesterday is taken';
  },
};
