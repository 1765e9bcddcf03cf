/** Size and use of each file system that holds somebody's data. Inodes are not told. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import { PerDevice } from '../collectors/per-device.ts';
import { amount, list } from './calls.ts';
import type { CollectHere } from './here.ts';

type Volume = { point: string; limit: number; used: number; free: number };

/** Parts of the system that share the space of / on macOS; /System/Volumes/Data is the part that fills up. */
const PART_OF_SYSTEM = /^(\/System\/Volumes\/(?!Data$)|\/private\/var\/vm$|\/dev$)/;
/** Full by design. */
const DISC = /^(cdfs|udf|cd9660)$/i;

function volumesOf(answer: unknown): Volume[] {
  const volumes: Volume[] = [];
  for (const { mount, type, size, used, available, rw } of list(answer)) {
    const [limit, taken, free] = [amount(size), amount(used), amount(available)];
    if (typeof mount !== 'string' || limit === undefined || limit === 0) continue;
    if (taken === undefined || free === undefined || taken > limit) continue;
    if (PART_OF_SYSTEM.test(mount) || DISC.test(String(type))) continue;
    // An image that somebody has opened to install something.
    if (rw === false && mount.startsWith('/Volumes/')) continue;
    volumes.push({ point: mount.replace(/^([A-Za-z]):\\?$/, '$1'), limit, used: taken, free });
  }
  return volumes;
}

export const filesystems: CollectHere = ({ last }) => {
  const names = new PerDevice((point) => ({
    limit: metricSeries('system.filesystem.limit', point),
    used: metricSeries('system.filesystem.usage', point, 'used'),
    free: metricSeries('system.filesystem.usage', point, 'free'),
    utilization: metricSeries('system.filesystem.utilization', point),
  }));
  return (out) => {
    const answer = last('fsSize');
    if (answer === undefined) return;
    const volumes = new Map(volumesOf(answer.value).map((volume) => [volume.point, volume]));
    names.keepOnly(volumes);
    for (const { point, limit, used, free } of volumes.values()) {
      const series = names.of(point);
      out.put(series.limit, limit);
      out.put(series.used, used);
      out.put(series.free, free);
      if (used + free > 0) out.put(series.utilization, used / (used + free));
    }
  };
};
