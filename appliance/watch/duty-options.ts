/** What the duty of the watch is given. */
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { Incident } from './client/types.ts';
import type { Judge } from './verdict/judge.ts';
import type { WatchStore } from './watch-store.ts';

export type DutyOptions = {
  store: WatchStore;
  clock: Clock;
  log: Log;
  /** Who else may say that an incident is explained by another. */
  judges?: readonly Judge[];
  onChange(incident: Incident): void;
  /** Somebody is to be told something; and: what is kept has to be read again. */
  onTold?(): void;
  onStoreBack?(): void;
  /** That the box stands in, as `192.0.2.1/24`; those of this machine unless a test says otherwise. */
  networks?(): readonly string[];
};
