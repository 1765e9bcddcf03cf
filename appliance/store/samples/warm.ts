/** After a start: the last values of each machine, out of its newest block, where the write-ahead log had none. */
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { openBlock, readColumns, readTimes, seriesOf } from '../blocks/block.ts';
import type { Database } from '../database/database.ts';
import type { Dictionaries } from '../records/dictionary.ts';
import type { BlockIndex } from '../recovery/block-index.ts';
import type { Samples } from './samples.ts';

export async function warmLatest(o: {
  database: Database;
  expected: BlockIndex;
  samples: Samples;
  dictionaries: Dictionaries;
  machines: readonly number[];
  log: Log;
  signal: AbortSignal;
}): Promise<void> {
  for (const machine of o.machines) {
    const newest = o.expected.endsOf(machine)?.last;
    const bytes = newest && (await o.database.get(newest.key));
    if (o.signal.aborted) return;
    if (bytes === undefined) continue;
    try {
      restore(o, machine, bytes);
    } catch (error) {
      o.log.error('the newest block is damaged', { machine, error: messageOf(error) });
    }
  }
}

function restore(o: { samples: Samples; dictionaries: Dictionaries }, machine: number, bytes: Buffer): void {
  const block = openBlock(bytes);
  const dictionary = o.dictionaries.of(machine);
  const indexes = seriesOf(block).filter((index) => index < dictionary.length);
  const times = readTimes(block);
  const { latest } = o.samples.machine(machine);
  for (const [at, column] of readColumns(block, indexes).entries()) {
    const index = indexes[at]!;
    if (column !== null) latest.restore(index, times, column);
  }
}
