/** Does the disk that keeps our state still take anything? The kernel turns a file system with errors read-only. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';
import { Pace } from './pace.ts';

const LOOK_EVERY_MS = 60_000;

const READ_ONLY = metricSeries('system.filesystem.read_only');

const LINE = /^\d+ \d+ \S+ \S+ (?<point>\S+) \S+ (?:\S+ )*?- \S+ \S+ (?<options>\S+)$/;

/**
 * Of `/proc/self/mountinfo`: what the file system says of itself, behind the dash. What stands before it is about the mount
 * only, and a unit sees nearly everything mounted read-only.
 */
export function isReadOnly(mountinfo: string, folder: string): boolean | undefined {
  let best: { point: string; isReadOnly: boolean } | undefined;
  for (const line of mountinfo.split('\n')) {
    const { point, options } = LINE.exec(line)?.groups ?? {};
    if (point === undefined || options === undefined) continue;
    const plain = point.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const holds = plain === '/' || folder === plain || folder.startsWith(`${plain}/`);
    // Of two mounts on one folder the later one hides the earlier.
    if (holds && plain.length >= (best?.point.length ?? 0)) {
      const words = options.split(',');
      best = { point: plain, isReadOnly: words.includes('ro') || words.includes('emergency_ro') };
    }
  }
  return best?.isReadOnly;
}

export const readOnly: Collector = ({ proc, clock, stateDir }) => {
  const pace = new Pace(clock, LOOK_EVERY_MS);
  let found: boolean | undefined;
  return (out) => {
    if (pace.due) {
      pace.looked(true);
      const text = proc.text('self/mountinfo');
      found = text === undefined ? undefined : isReadOnly(text, stateDir);
    }
    if (found !== undefined) out.put(READ_ONLY, found ? 1 : 0);
  };
};
