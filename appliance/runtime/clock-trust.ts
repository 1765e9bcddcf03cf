/** Whether the wall clock may be believed: a Pi has no clock battery and starts with an old date. */
import { existsSync } from 'node:fs';

export type ClockTrust = 'auto' | 'trusted' | 'untrusted';

/** systemd-timesyncd creates this file once the clock has been set from the network since boot. */
const synchronizedFile = '/run/systemd/timesync/synchronized';

export function clockTrusted(mode: ClockTrust, file: string = synchronizedFile): boolean {
  return mode === 'auto' ? existsSync(file) : mode === 'trusted';
}
