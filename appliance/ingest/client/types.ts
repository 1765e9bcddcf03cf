// The nouns of the agents' door as other daemons see them: who waits, who asks, where the door is.
import type { Neighbour } from '../../protocol/neighbours.ts';
import type { ProbeResult } from '../../protocol/probes/exchange.ts';
import type { Processes } from '../../protocol/processes.ts';
import type { Service } from '../../protocol/services.ts';
import type { Machine } from '../../store/client/types.ts';

/** Who asked for a change, for the journal: the account, its role, and where the wish came from. */
export type Actor = { who: string; role: string; from: string };

/** A machine that knocked and has not been admitted. It exists in RAM only. */
export type Waiting = {
  /** SHA-256 of its public key (SPKI), 64 hex characters. */
  id: string;
  name: string;
  address: string;
  os: string;
  version: string;
  sinceMs: number;
  /** Six digits while it is selected and both sides have revealed, else null. */
  digits: string | null;
  /** What the person at the machine said to the same digits. */
  machineAnswer: 'yes' | 'no' | null;
  /** The agent already trusts this box by its key, so nobody needs to say yes at the machine. */
  pinned: boolean;
  connected: boolean;
  /** Machines of the same name, present or removed: a person may say that it is one of them with a new key. */
  earlier: { machine: number; name: string; removed: boolean }[];
};

/** "Admit all" while it lasts. */
export type OpenHouse = { leftMs: number; admitted: number; most: number; by: string };

/** A token that travels beside an installer; the token itself is told once, when it is made. */
export type EnrolmentToken = {
  id: string;
  label: string;
  uses: number;
  left: number;
  createdMs: number;
  expiresMs: number;
  expired: boolean;
  by: string;
};

/** One key that two machines use at once: neither is heard until a person has decided. */
export type Clone = { machine: number; name: string; sinceMs: number; addresses: string[] };

/** The services that a machine told last. */
export type ServiceList = {
  /** When they were told, by the clock of the box. */
  toldMs: number;
  /** What is in trouble stands first. */
  services: Service[];
  /** How many more it has. */
  left: number;
};

export type Door = {
  /** SHA-256 of the box's public key, 64 hex characters. */
  id: string;
  /** `netmonitor-xxxx`: four letters of the key. */
  name: string;
  host: string;
  port: number;
  addresses: string[];
  waiting: number;
  connected: number;
  /** Connections closed because they broke a limit or spoke no sense, since the start. */
  refusedConnections: number;
};

/** When it was found so, by the box's time. */
export type DatedResult = ProbeResult & { atMs: number };

/** Results of probes that a machine ran; each replaces the one before of the same probe. */
export type ProbeNews = { machine: number; results: readonly DatedResult[] };

/** A device on the network of the box, and when it was heard last, by the clock of the box. */
export type DatedNeighbour = Omit<Neighbour, 'heardMs'> & { atMs: number };

/** Each replaces what was said of the same one: the same `mac`, or without one the same first address. */
export type NeighbourNews = { neighbours: readonly DatedNeighbour[]; searched?: number };

export type WaitingChange = { waiting: Waiting[]; openHouse: OpenHouse | null; clones: Clone[] };

export type WaitingListener = {
  onChange(change: WaitingChange): void;
  onUp?(): void;
  onDown?(error: unknown): void;
};

export type { Machine, Processes };
