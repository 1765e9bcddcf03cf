/** Fields of /proc/meminfo in bytes; memory and swap both need some. */
import type { Scan } from './scan.ts';

/** In the order in which the kernel writes them. */
const FIELDS = ['MemTotal', 'MemFree', 'MemAvailable', 'Buffers', 'Cached', 'SwapTotal', 'SwapFree'] as const;

/** What this kernel does not have is missing. */
export type Meminfo = { [F in (typeof FIELDS)[number]]?: number };

const LABELS = FIELDS.map((field) => `${field}:`);

/** The file has some fifty lines; it is left behind as soon as all that is wanted has been seen. */
export function parseMeminfo(scan: Scan): Meminfo {
  const found: Meminfo = {};
  for (let missing = FIELDS.length; missing > 0 && scan.line(); ) {
    const index = LABELS.findIndex((label) => scan.take(label));
    if (index < 0) continue;
    missing -= 1;
    const kilobytes = scan.integer();
    if (kilobytes !== undefined && scan.take(' kB') && scan.done) found[FIELDS[index]!] = kilobytes * 1024;
  }
  return found;
}
