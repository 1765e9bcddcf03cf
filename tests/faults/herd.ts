/** The agents' door after a restart, when all machines of a network come back within a second. */
import { Appliance } from '../helpers/appliance.ts';
import { type Fault, type Findings, nothingFound } from './fault.ts';
import { admitBy, admitted, memoryMaxMiB, watchMemory } from './load/box.ts';
import { comeBack } from './load/herd.ts';

const backMs = 120_000;
const series = 60;

export const herd: Fault = {
  about: 'machines (--count) that come back within 1 s after the box has restarted',
  goal: `all back in ${backMs / 1000} s, the door's memory under what its unit allows, nothing lost`,
  usualCount: 500,
  piece: 1_000,
  async run({ count, progress, signal }): Promise<Findings> {
    const box = await Appliance.start({ daemons: ['store', 'ingest'] });
    try {
      const door = { port: box.ports.door, admit: admitBy(box) };
      const machines = await admitted(door, { count, net: 3, series });
      progress(`${count} machines are admitted`);
      let memory = { stop: (): Record<string, number> => ({}) };
      const leave = async () => {
        await restartDoor(box);
        memory = watchMemory(() => ({ ingest: box.program('ingest').pid }));
      };
      const found = await comeBack({ machines, withinMs: 1_000, leave, signal });
      const { ingest_mib = Number.POSITIVE_INFINITY } = memory.stop();
      const figures = {
        ...{ back_s: Math.round(found.backMs / 100) / 10, attempts: found.attempts },
        ...{ ingest_mib, memory_max_mib: memoryMaxMiB('ingest') },
      };
      progress(JSON.stringify(figures));
      const manual = ingest_mib > figures.memory_max_mib ? 1 : 0;
      const late = found.backMs > backMs ? 1 : 0;
      return { ...nothingFound, injected: count, lost: found.lost, wrong: late, manual, figures };
    } finally {
      await box.stop();
    }
  },
};

async function restartDoor(box: Appliance): Promise<void> {
  await box.program('ingest').end('SIGKILL');
  box.startDaemon('ingest');
  await box.ready();
}
