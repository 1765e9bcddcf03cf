/**
 * A wall clock that somebody else moves while the process runs, for tests with real processes: NETMONITOR_CLOCK names a
 * folder with `offset-ms` (added to the wall clock), `synchronized` (there or not) and `boot` (names the boot).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { type ClockSource, clockSourceOf } from './clock-trust.ts';

const offsetFile = 'offset-ms';

export function steered(base: Clock, folder: string): { clock: Clock; clockSource: ClockSource } {
  return {
    clock: {
      wallMs: () => base.wallMs() + offsetIn(folder),
      monotonicMs: () => base.monotonicMs(),
      every: (intervalMs, run) => base.every(intervalMs, run),
      after: (delayMs, run) => base.after(delayMs, run),
      sleep: (ms, signal) => base.sleep(ms, signal),
    },
    clockSource: clockSourceOf({ synchronized: join(folder, 'synchronized'), boot: join(folder, 'boot') }),
  };
}

/** The file is replaced by renaming, so that it is always whole. */
function offsetIn(folder: string): number {
  const offset = Number(readFileSync(join(folder, offsetFile), 'utf8'));
  if (!Number.isFinite(offset)) throw new RangeError(`${folder}/${offsetFile} holds no number`);
  return offset;
}
