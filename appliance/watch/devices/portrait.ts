/** A device as it is shown: with its maker, the machine that it is, the probes aimed at it, and what else could be checked. */
import { isIPv4 } from 'node:net';
import { hostAimedAt } from '../../protocol/probes/target.ts';
import type { Machine } from '../../store/client/client.ts';
import type { Device } from '../client/devices.ts';
import type { NewProbe, ProbeDefinition } from '../client/probes.ts';
import type { StoredDevice } from './records.ts';
import { suggestionsFor } from './suggestions.table.ts';
import { isMadeUp, type Vendors } from './vendors.ts';

export type Known = {
  machines: readonly Machine[];
  probes: readonly ProbeDefinition[];
  vendors: Pick<Vendors, 'nameOf'> | null;
};

/** Who is where, looked up by address or name: made once for all devices of an answer. */
export type Index = {
  machines: ReadonlyMap<string, number>;
  probes: ReadonlyMap<string, readonly ProbeDefinition[]>;
  vendors: Known['vendors'];
};

export function indexOf({ machines, probes, vendors }: Known): Index {
  const machineAt = new Map<string, number>();
  for (const { machine, facts } of machines)
    for (const address of facts?.addresses ?? []) machineAt.set(lower(bare(address)), machine);
  const probesAt = new Map<string, ProbeDefinition[]>();
  for (const probe of probes) {
    const host = lower(hostAimedAt(probe.options));
    probesAt.set(host, [...(probesAt.get(host) ?? []), probe]);
  }
  return { machines: machineAt, probes: probesAt, vendors };
}

export function shown(id: string, device: StoredDevice, { machines, probes, vendors }: Index): Device {
  const { mac, addresses, names } = device;
  const called = [...addresses, ...names.flatMap((name) => [name, `${name}.local`])].map(lower);
  const machine = called.map((one) => machines.get(one)).find((one) => one !== undefined);
  const aimed = [...new Set(called)].flatMap((one) => probes.get(one) ?? []);
  const whole: Device = {
    ...{ ...device, id, isMadeUp: mac !== null && isMadeUp(mac) },
    vendor: mac === null ? null : (vendors?.nameOf(mac) ?? null),
    machine: machine ?? null,
    probes: aimed.map((probe) => probe.id),
    suggestions: [],
  };
  const host = addresses.find(isIPv4) ?? addresses[0];
  if (host === undefined || /^fe80:/i.test(host)) return whole;
  const made = new Set(aimed.map(({ kind, options }) => `${kind} ${options.port ?? ''}`));
  const suggestions = suggestionsFor(device.services, host)
    .filter(({ kind, options }) => !made.has(`${kind} ${options.port ?? ''}`))
    .map((one): NewProbe => ({ ...one, name: hostOf(whole).slice(0, 100) }));
  return { ...whole, suggestions };
}

/** What people would call it. */
export function hostOf({ label, names, vendor, addresses, id }: Device): string {
  const address = addresses[0] ?? id;
  return label || names[0] || (vendor === null ? address : `${vendor} ${address}`);
}

/** Agents tell addresses with the length of their network. */
const bare = (address: string) => address.split('/')[0] ?? '';
const lower = (text: string) => text.toLowerCase();
