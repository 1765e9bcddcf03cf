/** What a rung of the discovery ladder is: a way to find addresses of a door. It never gives trust. */
import type { Clock } from '../../appliance/runtime/clock.ts';
import type { Log } from '../../appliance/runtime/log.ts';

/** `announcedHash` is what the announcement claims; it saves a connection, and proves nothing. */
export type Candidate = { host: string; port: number; announcedHash?: string };

export type FindOptions = {
  /** "host" or "host:port" as a person typed it, or ''. */
  box: string;
  doorFile: string;
  /** May the network be asked? */
  discover: boolean;
  /** Where the installer reached the box, or ''. */
  seen?: string;
  /** In tests: the domains to search in, and the addresses to knock at. */
  domains?: () => string[];
  neighbours?: () => string[];
  clock: Clock;
  log: Log;
};

/** Yields candidates as it learns of them and ends when it has none left; the caller stops it by leaving the loop. */
export type Rung = (options: FindOptions, signal: AbortSignal) => AsyncIterable<Candidate>;
