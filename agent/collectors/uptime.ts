/**
 * Seconds since the machine booted. Read now and then: in between the monotonic clock says how many more there are, as long as
 * it goes with the wall clock. It stands still while the machine sleeps, and this does not.
 */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';
import type { Scan } from './scan.ts';

export function parseUptime(scan: Scan): number | undefined {
  if (!scan.line()) return undefined;
  const seconds = scan.decimal();
  // The second number is the idle time of all cores.
  return scan.decimal() === undefined ? undefined : seconds;
}

const UPTIME = metricSeries('system.uptime');
const READ_EVERY_MS = 60_000;
/** Less is no sleep. */
const MOVED_MS = 500;

type Read = { seconds: number; monotonicMs: number; wallMs: number };

export const uptime: Collector = ({ proc, clock }) => {
  let last: Read | undefined;

  function read(monotonicMs: number, wallMs: number): Read | undefined {
    const scan = proc.record('uptime');
    const seconds = scan && parseUptime(scan);
    return seconds === undefined ? undefined : { seconds, monotonicMs, wallMs };
  }

  return (out) => {
    const [nowMs, wallMs] = [clock.monotonicMs(), clock.wallMs()];
    const sinceMs = last === undefined ? READ_EVERY_MS : nowMs - last.monotonicMs;
    const moved = last !== undefined && Math.abs(wallMs - last.wallMs - sinceMs) >= MOVED_MS;
    // The uptime of a recorded machine stands still.
    if (sinceMs >= READ_EVERY_MS || moved || !proc.isProcfs()) last = read(nowMs, wallMs);
    if (last !== undefined) out.put(UPTIME, last.seconds + (nowMs - last.monotonicMs) / 1_000);
  };
};
