/** All collectors. A new one is a file beside this one and a line here. */
import type { Collector } from './collector.ts';
import { cpu } from './cpu.ts';
import { disks } from './disks.ts';
import { filesystems } from './filesystems.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { network } from './network.ts';
import { processes } from './processes.ts';
import { temperature } from './temperature.ts';
import { uptime } from './uptime.ts';

export const collectors = {
  cpu,
  memory,
  load,
  filesystems,
  disks,
  network,
  temperature,
  uptime,
  processes,
} satisfies Record<string, Collector>;
