/** What probes need of the rest: the store, the agents' door, which machines there are, and who hears what was found. */
import type { ProbeClient } from '../../ingest/client/probes.ts';
import type { DatedResult } from '../../ingest/client/types.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Machine, StoreClient } from '../../store/client/client.ts';
import type { ProbeDefinition } from '../client/probes.ts';

/** The agents' door, as far as probes need it. */
export type ProbeDoor = Pick<ProbeClient, 'assign' | 'results'>;

export type ProbesOptions = {
  store: Pick<StoreClient, 'records' | 'writeRecords' | 'latest' | 'exportPage'>;
  /** Null: nobody is told what to check. */
  door: ProbeDoor | null;
  builtIns: readonly ProbeDefinition[];
  clock: Clock;
  log: Log;
  /** By the box's time. */
  nowMs(): number;
  machines(): readonly Machine[];
  machineOf(machine: number): Machine | undefined;
  isGroup(group: string): boolean;
  incidentOf(id: string): number | null;
  /** What a machine found, in words; for the rules. */
  onResult(machine: number, result: DatedResult): void;
  /** Probes are others than before; since when one is checked as it is, by the box's date. */
  onDefined(all: readonly ProbeDefinition[], sinceOf: (id: string) => number): void;
};
