/** The box as these tests see it: its doors, who is admitted, and what its processes may use. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DaemonName } from '../../../appliance/launch/daemons.ts';
import type { Appliance } from '../../helpers/appliance.ts';
import { type WireIdentity, wireIdentity } from '../../helpers/wire-agent.ts';
import { addressOf, Machine } from './machine.ts';

const units = fileURLToPath(new URL('../../../systemd/', import.meta.url));
const mebibyte = 2 ** 20;

/** What systemd gives the process, in MiB. */
export function memoryMaxMiB(daemon: DaemonName): number {
  const unit = readFileSync(`${units}netmonitor-${daemon}.service`, 'utf8');
  const most = /^MemoryMax=(\d+)M$/m.exec(unit)?.[1];
  if (most === undefined) throw new Error(`the unit of ${daemon} says no MemoryMax in M`);
  return Number(most);
}

/** The most that each process held, looked at twice a second, in MiB: what the kernel cannot take back, as pages of files. */
export function watchMemory(pids: () => Record<string, number>): { stop(): Record<string, number> } {
  const most: Record<string, number> = {};
  const look = () => {
    for (const [name, pid] of Object.entries(pids()))
      most[`${name}_mib`] = Math.max(most[`${name}_mib`] ?? 0, heldMiB(pid));
  };
  look();
  const timer = setInterval(look, 500);
  return {
    stop() {
      clearInterval(timer);
      look();
      return most;
    },
  };
}

export function heldMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0);
  return Math.round(((kb('RssAnon') + kb('RssShmem')) * 1024) / mebibyte);
}

/** Machines that the box knows, from an address each. */
export async function admitted(
  box: { port: number; admit(identity: WireIdentity, name: string): Promise<unknown> },
  o: { count: number; net: number; series: number },
): Promise<Machine[]> {
  const machines: Machine[] = [];
  for (let number = 0; number < o.count; number++) {
    const identity = wireIdentity();
    const name = `pc-${o.net}-${number}`;
    await box.admit(identity, name);
    const localAddress = addressOf(o.net, number);
    machines.push(new Machine({ port: box.port, identity, name, localAddress, series: o.series }));
  }
  return machines;
}

export const admitBy =
  (box: Pick<Appliance, 'registry'>) =>
  ({ id }: WireIdentity, name: string) =>
    box.registry.admit({ key: id, name, by: 'fault test', local: false });
