/**
 * All collectors. A new one is a file beside this one and a line here. Those with a series for each of many devices come
 * last: on a machine with a hundred disks they are the ones that the catalog has no room for.
 */
import { battery } from './battery.ts';
import type { Collector } from './collector.ts';
import { cpu } from './cpu.ts';
import { custom } from './custom.ts';
import { disks } from './disks.ts';
import { fans } from './fans.ts';
import { filesystems } from './filesystems.ts';
import { firmware } from './firmware.ts';
import { frequency } from './frequency.ts';
import { gpu } from './gpu.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { processes } from './processes.ts';
import { readOnly } from './read-only.ts';
import { reboot } from './reboot.ts';
import { temperature } from './temperature.ts';
import { uptime } from './uptime.ts';

export const collectors = {
  cpu,
  memory,
  load,
  uptime,
  processes,
  reboot,
  firmware,
  readOnly,
  frequency,
  temperature,
  fans,
  battery,
  gpu,
  network,
  filesystems,
  disks,
  custom,
} satisfies Record<string, Collector>;

/** Those that find something on every machine. */
export const everywhere: ReadonlySet<string> = new Set([
  'cpu',
  'memory',
  'load',
  'uptime',
  'processes',
  'network',
]);
