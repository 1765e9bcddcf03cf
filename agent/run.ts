/** This process's run: 128 random bits, its own monotonic milliseconds, its numbering of ticks; and the machine's boot. */
import { createHash, randomBytes } from 'node:crypto';
import { uptime } from 'node:os';
import type { Clock } from '../appliance/runtime/clock.ts';
import { parseUptime } from './collectors/uptime.ts';
import type { Files } from './files.ts';

export type Run = { readonly id: string; readonly osBoot: string; ms(): number };

/** `known`: the boot, where something else than /proc tells it. */
export function beginRun(clock: Clock, proc: Files, known?: string): Run {
  const startedMs = clock.monotonicMs();
  const id = randomBytes(16).toString('hex');
  return { id, osBoot: known ?? osBootOf(proc) ?? id, ms: () => Math.round(clock.monotonicMs() - startedMs) };
}

/** Stays the same until the machine boots again. Without the kernel's own id, the second of its boot stands for it. */
function osBootOf(proc: Files): string | undefined {
  const bootId = proc.value('sys/kernel/random/boot_id')?.replaceAll('-', '').toLowerCase();
  if (bootId !== undefined && /^[0-9a-f]{32}$/.test(bootId)) return bootId;
  const bootedS = /^btime (\d+)$/m.exec(proc.text('stat') ?? '')?.[1];
  if (bootedS === undefined) return undefined;
  return createHash('sha256').update(`btime ${bootedS}`).digest('hex').slice(0, 32);
}

/** Milliseconds since the boot, sleep included, while the monotonic clock of Linux and macOS stands still in sleep. */
export function sinceBootMs(proc: Files): number {
  const scan = proc.record('uptime');
  const seconds = scan && parseUptime(scan);
  return (seconds ?? uptime()) * 1000; // without /proc in whole seconds
}
