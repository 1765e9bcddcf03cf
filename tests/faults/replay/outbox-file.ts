/** An agent's outbox while the box is away: how it is written, and how the next run reads it. */
import type { Outbox } from '../../../agent/outbox/outbox.ts';
import { Outboxes, replayed } from '../../helpers/outboxes.ts';
import type { SmallFile } from './small-file.ts';

/** Every tick up to this one lies on disk or is named as lost. */
function knownTo(outbox: Outbox): string | null {
  let next = 0;
  const known = [...outbox.losses, ...outbox.onDisk].toSorted((a, b) => a.first - b.first);
  for (const { first, last } of known) {
    if (first > next) throw new Error(`of ticks ${next} to ${first - 1} nothing is known`);
    next = Math.max(next, last + 1);
  }
  return next === 0 ? null : `${next - 1}`;
}

/** `steps`: how many ticks are measured. */
export function outboxFile(steps: number): SmallFile {
  return {
    sort: 'kept',
    async write(folder, promised) {
      // Small enough that the oldest has to go meanwhile.
      const all = new Outboxes(folder, { bytes: 12 * 1024, width: 10 });
      const machine = await all.open();
      let known: string | null = null;
      for (let step = 0; step < steps; step++) {
        await machine.measure(1);
        const now = machine.outbox.onDisk.length === 0 ? null : knownTo(machine.outbox);
        if (now !== known) promised(now);
        known = now;
      }
    },
    async read(folder) {
      const all = new Outboxes(folder, { bytes: 12 * 1024, width: 10 });
      const { outbox } = await all.open();
      const failed = all.lines.find((line) => line.includes('level=error'));
      if (failed !== undefined) throw new Error(failed);
      const held = outbox.onDisk.reduce((sum, { first, last }) => sum + last - first + 1, 0);
      const found = [...(await replayed(outbox.replay())).values()].flat();
      if (found.length !== held)
        throw new Error(`${held} ticks should be there, ${found.length} can be read`);
      return knownTo(outbox);
    },
  };
}
