/** Devices on the network of the box, as every other daemon sees them: found by themselves, named and judged by people. */
import type { NewProbe } from './probes.ts';

/** `new`: nobody has looked at it yet. `ignored`: it may come and go, and is shown last. */
export const deviceStandings = ['new', 'known', 'ignored'] as const;
export type DeviceStanding = (typeof deviceStandings)[number];

export type Device = {
  /** The twelve digits of its hardware, or `at-` and its address while that is all that is known. */
  id: string;
  mac: string | null;
  /** Its hardware address was made up, as phones do: another day it may be another one. */
  isMadeUp: boolean;
  /** Who made it, as the public registry says. */
  vendor: string | null;
  addresses: string[];
  names: string[];
  /** What it says it offers: `_ipp._tcp`, `upnp:MediaRenderer`. */
  services: string[];
  /** What people call it here; empty while nobody has said. */
  label: string;
  standing: DeviceStanding;
  firstMs: number;
  lastMs: number;
  /** The machine with an agent that it is. */
  machine: number | null;
  /** Probes that are aimed at it. */
  probes: string[];
  /** What could be checked of it, ready to be made. */
  suggestions: NewProbe[];
};

export type DeviceChange = { label?: string; standing?: DeviceStanding };

export type DevicePage = {
  devices: Device[];
  /** Somebody goes round and knocks just now. */
  searching: boolean;
  /** False while the box's own agent is away: nothing new is seen. */
  looking: boolean;
  /** False where the table of makers is missing or cannot be read: then nobody is named by it. */
  makers: boolean;
};
