/** Bytes and operations of all disks together: systeminformation adds them up, on macOS only. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Reading } from '../collectors/collector.ts';
import { amount, part } from './calls.ts';
import { type CollectHere, onlyNew } from './here.ts';

const READ = metricSeries('system.disk.io', 'all', 'read');
const WRITTEN = metricSeries('system.disk.io', 'all', 'write');
const READS = metricSeries('system.disk.operations', 'all', 'read');
const WRITES = metricSeries('system.disk.operations', 'all', 'write');

export const disks: CollectHere = ({ last }) => {
  const [newBytes, newOperations] = [onlyNew(), onlyNew()];
  return (out) => {
    const bytes = part(newBytes(last('fsStats'))?.value);
    putBoth(out, [READ, bytes.rx], [WRITTEN, bytes.wx]);
    const operations = part(newOperations(last('disksIO'))?.value);
    putBoth(out, [READS, operations.rIO], [WRITES, operations.wIO]);
  };
};

type Told = readonly [series: typeof READ, value: unknown];

/** No disk of a machine that runs has never been read: 0 and 0 is what is said when the question failed. */
function putBoth(out: Reading, ...both: readonly [Told, Told]): void {
  if (both.every(([, value]) => value === 0)) return;
  for (const [series, value] of both) {
    const known = amount(value);
    if (known !== undefined) out.put(series, known);
  }
}
