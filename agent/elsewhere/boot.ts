/**
 * Which boot of the machine this is, where the kernel has no number for it: kept in a file, and the same as long as the
 * machine has been up without a break. Else each start of the agent would look like one of the machine.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { integer, object, parseJson, text } from '../../appliance/protocol/check.ts';
import type { Clock } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import { writeFileSafely } from '../../appliance/runtime/files.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import { readOwn } from '../owned.ts';

const FILE = 'boot.json';
/** Clocks are corrected by seconds, and no machine boots within this. */
const TOLERANCE_MS = 60_000;

const checkBoot = object({
  osBoot: text({ max: 32, pattern: /^[0-9a-f]{32}$/ }),
  /** By the machine's own clock. */
  bootedMs: integer({ min: -(2 ** 52), max: 2 ** 52 }),
});

export async function osBootElsewhere(o: {
  stateDir: string;
  clock: Clock;
  log: Log;
  uptime(): number;
}): Promise<string> {
  const file = join(o.stateDir, FILE);
  const bootedMs = Math.round(o.clock.wallMs() - o.uptime() * 1_000);
  try {
    const found = await readOwn(file, { maxBytes: 1_024, maxMode: 0o600 });
    const known = found && checkBoot(parseJson(found));
    if (known && Math.abs(known.bootedMs - bootedMs) < TOLERANCE_MS) return known.osBoot;
  } catch (error) {
    o.log.warn('the number of this boot cannot be read', { error: messageOf(error) });
  }
  const osBoot = randomBytes(16).toString('hex');
  try {
    await writeFileSafely(file, Buffer.from(`${JSON.stringify({ osBoot, bootedMs })}\n`), { mode: 0o600 });
  } catch (error) {
    o.log.warn('the number of this boot cannot be kept', { error: messageOf(error) });
  }
  return osBoot;
}
