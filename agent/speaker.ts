/** What one machine is and tells, as each conversation with a box takes it. */
import type { Facts } from '../appliance/protocol/facts.ts';
import type { Assignment, ProbeResult } from '../appliance/protocol/probes/exchange.ts';
import type { Processes } from '../appliance/protocol/processes.ts';
import type { Services } from '../appliance/protocol/services.ts';
import type { BoxTime } from './box-time.ts';
import type { Catalog } from './catalog.ts';
import type { NeighboursTold } from './neighbours-told.ts';
import type { ClockPair } from './outbox/clocks.ts';
import type { Outbox } from './outbox/outbox.ts';
import type { Run } from './run.ts';

/** What the machine has to say, apart from its ticks. */
export type Speaker = {
  run: Run;
  catalog: Pick<Catalog, 'length' | 'from'>;
  outbox: Outbox;
  /** What the machine's own clock showed in this run. */
  clocks(): readonly ClockPair[];
  hash: string;
  /** The machine's name and system, as people read them. */
  machineName: string;
  os: string;
  intervalMs: number;
  facts(): Facts | undefined;
  /** The same object until one of them has changed. */
  services(): Services | undefined;
  /** The busiest programs now. */
  processes(): Promise<Omit<Processes, 'id'>>;
  /** Somebody at the box has a word for the person here. */
  notice(text: string): void;
  /** Whether the machine's own clock was set from the network. */
  synchronised(): boolean;
  /** What time it is at the box, with each ack of a tick of this run. */
  boxTime: Pick<BoxTime, 'heard'>;
  /** What the box wants to be checked from here, and what became of it; a result is the same object until it changes. */
  probes: { assigned(list: readonly Assignment[]): void; results(): readonly ProbeResult[] };
  /** Devices around it. */
  neighbours: Pick<NeighboursTold, 'wanted' | 'rest' | 'newsSince'>;
};
