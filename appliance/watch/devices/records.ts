/** A device as it stands in the store. */

import type { DatedNeighbour } from '../../ingest/client/types.ts';
import { type Checked, integer, list, nullable, object, oneOf, text } from '../../protocol/check.ts';
import { limits } from '../../protocol/limits.ts';
import { plainMarks } from '../../protocol/marks.ts';
import { deviceStandings } from '../client/devices.ts';

export const deviceRecords = 'watch.devices';

const plain = (max: number) => text({ max, pattern: plainMarks, what: 'one line' });
const stamp = integer({ min: 0, max: 2 ** 48 });

export const checkLabel = plain(100);
export const checkStanding = oneOf(deviceStandings);
export const checkDevice = object({
  mac: nullable(text({ max: 17 })),
  addresses: list(text({ max: 45 }), { max: limits.neighbourAddresses }),
  names: list(plain(63), { max: limits.neighbourNames }),
  services: list(text({ max: 64 }), { max: limits.neighbourServices }),
  label: checkLabel,
  standing: checkStanding,
  firstMs: stamp,
  lastMs: stamp,
});
export type StoredDevice = Checked<typeof checkDevice>;

export function idOf({ mac, addresses }: Pick<DatedNeighbour, 'mac' | 'addresses'>): string {
  return mac === undefined ? `at-${addresses[0] ?? ''}` : mac.replaceAll(':', '');
}
