/** Bytes, operations and busy time of each disk since boot. Partitions repeat their disk and are left out. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';
import { PerDevice } from './per-device.ts';
import type { Scan } from './scan.ts';

export type DiskCounters = {
  reads: number;
  bytesRead: number;
  writes: number;
  bytesWritten: number;
  busySeconds: number;
};

/** Kernel documentation, iostats: a sector here is 512 bytes, whatever the disk's own sectors are. */
const SECTOR_BYTES = 512;
const SPACE = 0x20;
/** Before 2.6.25 partitions had four columns; nothing can be said of those. */
const COLUMNS = 11;
/** Loop devices and RAM disks by their number (devices.txt): there are always many, and they need no name. */
const LOOP = 7;
const RAM = 1;
/** Memory and images that look like disks, optical and floppy drives, and the boot partitions of eMMC. */
const NOT_A_DISK = /^(loop|ram|zram|sr|fd|nbd)\d+$|^mmcblk\d+(boot\d+|rpmb)$/;

export function parseDiskstats(scan: Scan): Map<string, DiskCounters> {
  const disks = new Map<string, DiskCounters>();
  const fields: number[] = [];
  while (scan.line()) {
    const major = scan.integer();
    if (major === undefined || major === LOOP || major === RAM) continue;
    if (scan.integer() === undefined || !scan.take(' ')) continue;
    const name = scan.upTo(SPACE);
    if (name === undefined || NOT_A_DISK.test(name)) continue;
    if (scan.columns(fields, COLUMNS) < COLUMNS) continue;
    disks.set(name, {
      reads: fields[0]!,
      bytesRead: fields[2]! * SECTOR_BYTES,
      writes: fields[4]!,
      bytesWritten: fields[6]! * SECTOR_BYTES,
      busySeconds: fields[9]! / 1000,
    });
  }
  return disks;
}

export const disks: Collector = ({ proc, sys }) => {
  const names = new PerDevice((label) => ({
    read: metricSeries('system.disk.io', label, 'read'),
    written: metricSeries('system.disk.io', label, 'write'),
    reads: metricSeries('system.disk.operations', label, 'read'),
    writes: metricSeries('system.disk.operations', label, 'write'),
    busy: metricSeries('system.disk.io_time', label),
  }));
  const whole = new Map<string, boolean>();

  /** /sys/block lists disks and no partitions; it is read again only when a name is new. */
  function isWhole(name: string): boolean {
    const known = whole.get(name);
    if (known !== undefined) return known;
    // sysfs writes the slash of "cciss/c0d0" as an exclamation mark.
    const answer = sys.list('block').includes(name.replaceAll('/', '!'));
    whole.set(name, answer);
    return answer;
  }

  return (out) => {
    const scan = proc.lines('diskstats');
    if (scan === undefined) return;
    const now = parseDiskstats(scan);
    for (const name of whole.keys()) if (!now.has(name)) whole.delete(name);
    names.keepOnly(now);
    for (const [name, counters] of now) {
      if (!isWhole(name)) continue;
      const series = names.of(name);
      out.put(series.read, counters.bytesRead);
      out.put(series.written, counters.bytesWritten);
      out.put(series.reads, counters.reads);
      out.put(series.writes, counters.writes);
      out.put(series.busy, counters.busySeconds);
    }
  };
};
