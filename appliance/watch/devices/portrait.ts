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

export function shown(id: string, device: StoredDevice, { machines, probes, vendors }: Known): Device {
  const { mac, addresses, names } = device;
  const isOf = new Set([...addresses, ...names.flatMap((name) => [name, `${name}.local`])].map(lower));
  const machine = machines.find(({ facts }) => facts?.addresses?.some((one) => isOf.has(lower(bare(one)))));
  const aimed = probes.filter(({ options }) => isOf.has(lower(hostAimedAt(options))));
  const whole: Device = {
    ...{ ...device, id, isMadeUp: mac !== null && isMadeUp(mac) },
    vendor: mac === null ? null : (vendors?.nameOf(mac) ?? null),
    machine: machine?.machine ?? null,
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
