/** The agent's configuration: flags, agent.toml, `--help` and `--print-config` all come from this table. */
import { hostname } from 'node:os';
import { limits } from '../appliance/protocol/limits.ts';
import { seenOf } from '../appliance/protocol/machine-name.ts';
import {
  bytes,
  type Config,
  type ConfigTable,
  durationMs,
  filePath,
  flag,
  oneOf,
  text,
} from '../appliance/runtime/config.ts';
import { plainLine } from '../appliance/runtime/plain-text.ts';
import type { Looks } from './status.ts';

export const agentConfig = {
  interval: {
    type: durationMs({ min: 1_000, max: 300_000 }),
    default: 5_000,
    about: 'how often everything is measured',
  },
  box: {
    type: text({ max: 300 }),
    default: '',
    about: 'address of the box, "host" or "host:port"; without it the box is looked for',
  },
  box_hash: {
    type: text({ pattern: /^([0-9a-fA-F]{64})?$/ }),
    default: '',
    about: 'key hash of the box, 64 hexadecimal digits: a box with this key is trusted and no other',
  },
  door_file: {
    type: filePath(),
    default: '',
    about: 'door.json of a box on this very machine: where it listens and which key to trust',
  },
  token_file: {
    type: filePath(),
    default: '',
    about:
      'enrolment token that came with the installer; removed once it has served (empty: token in our state)',
  },
  outbox_after: {
    type: durationMs({ min: 1_000, max: 3_600_000 }),
    default: 60_000,
    about: 'how long the box may be away before measurements are written to disk, then twice in such a time',
  },
  outbox_bytes: {
    type: bytes({ min: 64 * 1024, max: 2 ** 32 }),
    default: 32 * 1024 * 1024,
    about: 'how much of what the box has not got may lie on disk; beyond it the oldest goes',
  },
  box_seen: {
    type: text({ max: 300 }),
    default: '',
    about: 'where the installer reached the box; looked at besides all other ways to find it',
  },
  discover: { type: flag(), default: true, about: 'look for a box on the network' },
  custom_dir: {
    type: filePath(),
    default: '',
    about: 'folder of programs whose printed numbers are sent too; each is run as the user of the agent',
  },
  custom_interval: {
    type: durationMs({ min: 5_000, max: 3_600_000 }),
    default: 60_000,
    about: 'how long after one round of these programs the next begins',
  },
  custom_deadline: {
    type: durationMs({ min: 100, max: 60_000 }),
    default: 10_000,
    about: 'how long one of these programs may take before it is killed',
  },
  notices: {
    type: flag(),
    default: true,
    about:
      'show notices on the desktop: that this machine is connected, that the box is away, and what somebody there says',
  },
  processes: {
    type: oneOf(['names', 'arguments', 'off']),
    default: 'names',
    about:
      'what the box is told of the busiest programs when a person there asks: names, also their arguments (which may hold secrets), or off',
  },
  neighbours: {
    type: oneOf(['auto', 'on', 'off']),
    default: 'auto',
    about:
      'let the box know which devices this machine sees on its networks; auto: only on the box itself (it must be Linux)',
  },
  name: {
    type: text({ max: 253 }),
    default: '',
    about: 'name of this machine for people (default: host name)',
  },
  proc_root: { type: filePath(), default: '/proc', about: 'where the kernel shows processes and counters' },
  sys_root: { type: filePath(), default: '/sys', about: 'where the kernel shows devices' },
} as const satisfies ConfigTable;

export type AgentConfig = Config<typeof agentConfig>;

/** What the box calls this machine: what cannot be seen, and emptiness, would be refused. */
export function machineName(configured: string, host: string = hostname()): string {
  const name = seenOf(plainLine(configured || host, limits.hostNameLength));
  return name === '' ? 'unnamed' : name;
}

/** Where the box is looked for, as the ladder takes it. */
export function looksOf(config: AgentConfig): Looks {
  return { box: config.box, doorFile: config.door_file, discover: config.discover, seen: config.box_seen };
}
