/** Every tick that is on a store's disk, read without the store: in a block once, or else in the log. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../../../appliance/runtime/log.ts';
import { openBlock, readTicks } from '../../../appliance/store/blocks/block.ts';
import { databaseAt, openOptions } from '../../../appliance/store/database/database.ts';
import { rangeOf } from '../../../appliance/store/keys.ts';
import { replay } from '../../../appliance/store/log/replay.ts';

/** Every tick that is on disk, read without the store: in a block once, or else in the log. */
export async function countOnDisk(
  stateDir: string,
): Promise<{ ticks: number; doubled: number; blocks: number; all: ReadonlySet<string> }> {
  const inBlocks = new Set<string>();
  const all = new Set<string>();
  let doubled = 0;
  let blocks = 0;
  const database = databaseAt(join(stateDir, 'db'));
  await database.open(openOptions);
  for await (const bytes of database.values(rangeOf('block'))) {
    const block = openBlock(bytes);
    blocks++;
    for (const seq of readTicks(block).seqs) {
      const name = `${block.header.machine} ${block.header.run} ${seq}`;
      if (inBlocks.has(name)) doubled++;
      inBlocks.add(name);
      all.add(name);
    }
  }
  await database.close();
  const copy = mkdtempSync(join(tmpdir(), 'nm-kill-'));
  cpSync(join(stateDir, 'wal'), copy, { recursive: true });
  const log = createLog({ name: 'count', level: 'error' });
  await replay({
    folder: copy,
    log,
    onBatch(batch) {
      for (const { machine, run, ticks } of batch) {
        for (const { seq } of ticks) all.add(`${machine} ${run} ${seq}`);
      }
    },
  });
  rmSync(copy, { recursive: true, force: true });
  return { ticks: all.size, doubled, blocks, all };
}
