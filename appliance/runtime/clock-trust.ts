/** What the operating system knows of its clock: a Pi has no clock battery and starts with an old date. */
import { existsSync, readFileSync } from 'node:fs';

export type ClockTrust = 'auto' | 'trusted' | 'untrusted';

export interface ClockSource {
  /** Whether the clock has been set from the network since the boot. */
  synchronised(): boolean;
  /** Names this boot of the computer, on which the monotonic time hangs; null where it is not known. */
  readonly boot: string | null;
}

/**
 * systemd-timesyncd creates this file once the clock has been set from the network since boot. chrony and ntpd tell
 * what they know to whoever asks them over the network or with privileges: beside them the clock is set to `trusted`.
 */
const synchronizedFile = '/run/systemd/timesync/synchronized';
const bootFile = '/proc/sys/kernel/random/boot_id';

export function clockSourceOf(o: { synchronized?: string; boot?: string } = {}): ClockSource {
  return {
    synchronised: () => existsSync(o.synchronized ?? synchronizedFile),
    boot: textOf(o.boot ?? bootFile),
  };
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim() || null;
  } catch {
    // Not Linux, or hidden from this unit.
    return null;
  }
}
