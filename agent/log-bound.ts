/**
 * Keeps a log short that nobody else keeps short: launchd and OpenRC put what we say at the end of a plain file. Journald and
 * whoever reads a pipe keep their own bounds.
 */
import { fstatSync, ftruncateSync, readFileSync } from 'node:fs';
import type { Clock } from '../appliance/runtime/clock.ts';
import type { Log } from '../appliance/runtime/log.ts';

const LOOK_EVERY_MS = 3_600_000;
const LARGEST = 5_000_000;
/** O_APPEND, as Linux writes it among the flags of a descriptor. */
const APPEND = 0o2000;

/** `fd`: where we write to. Called in each cycle, looks once an hour. */
export function createLogBound({ clock, log, fd = 1 }: { clock: Clock; log: Log; fd?: number }): () => void {
  let lookedMs = clock.monotonicMs();
  return () => {
    const nowMs = clock.monotonicMs();
    if (nowMs - lookedMs < LOOK_EVERY_MS) return;
    lookedMs = nowMs;
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile() || stats.size <= LARGEST || !isAppended(fd)) return;
      ftruncateSync(fd, 0);
      log.info('the log was begun anew', { bytes: stats.size });
    } catch {
      // A descriptor that is closed, or that cannot be cut off: nothing of ours.
    }
  };
}

/** Else the next line would stand where the last one ended, behind a hole. launchd always appends; nothing else is known of macOS. */
function isAppended(fd: number): boolean {
  if (process.platform === 'darwin') return true;
  if (process.platform !== 'linux') return false;
  const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1];
  return flags !== undefined && (Number.parseInt(flags, 8) & APPEND) !== 0;
}
