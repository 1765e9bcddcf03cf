/** Services of OpenRC: folders of links under /run/openrc, one folder for each state (rc_service_state in librc). */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { Service, ServiceState } from '../../../appliance/protocol/services.ts';
import type { ServiceKind } from './source.ts';

const LOOK_EVERY_MS = 60_000;
const STATES = 'run/openrc';
/** A service stands in one of them, and may also stand in `failed`, which it then is. */
const folders: readonly [string, ServiceState][] = [
  ['started', 'running'],
  ['starting', 'starting'],
  ['stopping', 'stopping'],
  ['inactive', 'stopped'],
  ['failed', 'failed'],
];
const WANTED = 'etc/runlevels/default';

export const openrc: ServiceKind = ({ root }) => {
  if (!root.list('run').includes('openrc')) return undefined;
  return {
    everyMs: LOOK_EVERY_MS,
    stirred: () => false,
    close: () => undefined,
    async look() {
      const services = new Map<string, Service>();
      for (const name of root.list(WANTED)) services.set(name, { name, state: 'stopped' });
      for (const [folder, state] of folders) {
        for (const name of root.list(`${STATES}/${folder}`)) {
          const sinceMs = dateOf(join(root.root, STATES, folder, name));
          services.set(name, { name, state, ...(sinceMs === undefined ? {} : { sinceMs }) });
        }
      }
      return [...services.values()];
    },
  };
};

/** A link is made when its service comes into the state. */
function dateOf(path: string): number | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : Math.floor(stats.mtimeMs);
}
