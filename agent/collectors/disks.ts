/**
 * Bytes, operations and busy time of each disk since boot. Partitions repeat their disk and are left out.
 *
 * /proc/diskstats has a line for every partition and loop device, and the kernel adds up all of them for each reader. Where
 * there are few disks the file of each is asked instead: the same columns (Documentation/block/stat.rst).
 */
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

/** More are cheaper to read from one file. */
const FEW = 4;
/** A disk that is plugged in is seen by then. */
const LIST_EVERY_MS = 30_000;

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
    disks.set(name, countersIn(fields));
  }
  return disks;
}

/** /sys/block/NAME/stat: the same columns in a line of their own. */
export function parseDiskStat(scan: Scan): DiskCounters | undefined {
  const fields: number[] = [];
  return scan.line() && scan.columns(fields, COLUMNS) === COLUMNS ? countersIn(fields) : undefined;
}

function countersIn(fields: readonly number[]): DiskCounters {
  return {
    reads: fields[0]!,
    bytesRead: fields[2]! * SECTOR_BYTES,
    writes: fields[4]!,
    bytesWritten: fields[6]! * SECTOR_BYTES,
    busySeconds: fields[9]! / 1000,
  };
}

export const disks: Collector = ({ proc, sys, clock }) => {
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

  /** The files of few disks, and when they were listed. */
  let few: [name: string, file: string][] = [];
  let listedMs: number | undefined;

  function list(): void {
    listedMs = clock.monotonicMs();
    for (const [, file] of few) sys.release(file);
    const found = sys.list('block').filter((name) => !NOT_A_DISK.test(name));
    few = found.length > FEW ? [] : found.map((name) => [name.replaceAll('!', '/'), `block/${name}/stat`]);
  }

  function readFew(): Map<string, DiskCounters> | undefined {
    if (listedMs === undefined || clock.monotonicMs() - listedMs >= LIST_EVERY_MS) list();
    if (few.length === 0) return undefined;
    const now = new Map<string, DiskCounters>();
    for (const [name, file] of few) {
      const scan = sys.record(file);
      const counters = scan && parseDiskStat(scan);
      if (counters !== undefined) now.set(name, counters);
      else listedMs = undefined; // it was pulled
    }
    return now.size > 0 ? now : undefined;
  }

  function readAll(): Map<string, DiskCounters> | undefined {
    const scan = proc.lines('diskstats');
    if (scan === undefined) return undefined;
    const now = parseDiskstats(scan);
    for (const name of whole.keys()) if (!now.has(name)) whole.delete(name);
    return now;
  }

  return (out) => {
    const asked = readFew();
    const now = asked ?? readAll();
    if (now === undefined) return;
    names.keepOnly(now);
    for (const [name, counters] of now) {
      if (asked === undefined && !isWhole(name)) continue;
      const series = names.of(name);
      out.put(series.read, counters.bytesRead);
      out.put(series.written, counters.bytesWritten);
      out.put(series.reads, counters.reads);
      out.put(series.writes, counters.writes);
      out.put(series.busy, counters.busySeconds);
    }
  };
};
