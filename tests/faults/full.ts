/** The disk of the store is full after the n-th page, for each n: reads go on, and it recovers by itself. */
import { type Fault, nothingFound, ToolMissing } from './fault.ts';
import { failSync } from './full/fail-sync.ts';
import { fillAt } from './full/fill.ts';
import { SmallDisk, whyNoDisk } from './full/small-disk.ts';
import { whyNoTrace } from './replay/strace.ts';

const diskBytes = 8 << 20;
/** Every other time something can be given up. */
const ballastBytes = 256 << 10;
/** A sync that fails with EIO needs a process under strace each. */
const syncEvery = 25;

export const full: Fault = {
  about:
    'the disk of the store is full after the n-th page, for each n up to N; every 25th n that sync fails',
  goal: 'reads go on, nothing acknowledged is lost, and it goes on by itself once there is room',
  piece: 10_000,
  async run({ count, signal, progress }) {
    const why = whyNoDisk() ?? whyNoTrace();
    if (why !== null) throw new ToolMissing(why);
    const disk = new SmallDisk(diskBytes);
    const sum = { ...nothingFound };
    try {
      for (let n = 1; n <= count && !signal.aborted; n++) {
        const { notes, ...found } = await fillAt(disk, n, n % 2 === 0 ? ballastBytes : 0);
        for (const [key, value] of Object.entries(found)) sum[key as keyof typeof found] += value;
        if (notes.length > 0) progress(`${n}: ${notes.join('; ')}`);
        if (n % syncEvery === 0) {
          const { injected, ...failed } = await failSync(n);
          for (const [key, value] of Object.entries(failed)) sum[key as keyof typeof failed] += value;
          if (injected === 0) progress(`${n}: the sync did not fail`);
        }
        if (n % 50 === 0) progress(`full after up to ${n} pages`);
      }
    } finally {
      disk.remove();
    }
    return sum;
  },
};
