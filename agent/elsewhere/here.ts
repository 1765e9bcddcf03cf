/** What a collector of this folder has: the last answers of systeminformation, and what Node itself knows without a process. */
import type { CpuInfo, NetworkInterfaceInfo } from 'node:os';
import type { Collect } from '../collectors/collector.ts';
import type { CallName } from './calls.ts';
import type { Answer } from './informant.ts';

export type Here = {
  system: 'win32' | 'darwin';
  last(call: CallName, of?: string): Answer | undefined;
  os: {
    cpus(): CpuInfo[];
    loadavg(): number[];
    uptime(): number;
    networkInterfaces(): NodeJS.Dict<NetworkInterfaceInfo[]>;
  };
};

export type CollectHere = (here: Here) => Collect;

/** Gives each answer once: a counter that is told again would read as one that stood still. */
export function onlyNew(): (answer: Answer | undefined) => Answer | undefined {
  let atMs = -1;
  return (answer) => {
    if (answer === undefined || answer.atMs === atMs) return undefined;
    atMs = answer.atMs;
    return answer;
  };
}
