/** A store that opens a rebuilt folder within this process: it deletes nothing by age and reserves nothing. */
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { storeConfig } from '../../../appliance/store/config.ts';
import { createStore, type StorePart } from '../../../appliance/store/store.ts';
import { jobsHere } from '../../helpers/jobs-here.ts';

const log = createLog({ name: 'judge', level: 'error', write: () => undefined });

export function openHere(stateDir: string, fail: (error: unknown) => void = rethrown): StorePart {
  return createStore({
    ...{ stateDir, clock: systemClock, log, config: defaults(), jobs: jobsHere, fail },
    alive: () => undefined,
  });
}

function rethrown(error: unknown): never {
  throw error;
}

function defaults() {
  const values = Object.entries(storeConfig).map(([name, key]) => [name, key.default]);
  const config = Object.fromEntries(values) as Parameters<typeof createStore>[0]['config'];
  return { ...config, lock_wait: 0, ballast: 0, commit_interval: 600_000, clock: 'untrusted' as const };
}
