/** What a source of services is: what starts services on a machine, asked for their states when something has stirred. */
import type { Service } from '../../../appliance/protocol/services.ts';
import type { Clock } from '../../../appliance/runtime/clock.ts';
import type { PowerNews } from '../../bus/power.ts';
import type { Files } from '../../files.ts';

/** The machine as a source sees it. */
export type ServicePlaces = {
  sys: Files;
  root: Files;
  clock: Clock;
  /** Whoever speaks with the system's bus hears this of it, too. */
  onPower?(news: PowerNews): void;
};

export type ServiceSource = {
  /** How long after a look the next one is due when nothing stirs. */
  everyMs: number;
  /** Asked in each cycle, so it must cost nothing: may something have changed since the last look? */
  stirred(): boolean;
  /** In any order. Throws when it cannot be told. */
  look(): Promise<Service[]>;
  close(): void;
};

/** Undefined where this machine has nothing of the kind. */
export type ServiceKind = (places: ServicePlaces) => ServiceSource | undefined;
