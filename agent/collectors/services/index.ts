/** All sources of services; the first that this machine has is the one that is asked. A new one is a file and a line here. */
import { openrc } from './openrc.ts';
import type { ServiceKind, ServicePlaces, ServiceSource } from './source.ts';
import { systemd } from './systemd.ts';

const kinds = { systemd, openrc } satisfies Record<string, ServiceKind>;

export function serviceSource(places: ServicePlaces): ServiceSource | undefined {
  for (const kind of Object.values(kinds)) {
    const source = kind(places);
    if (source !== undefined) return source;
  }
  return undefined;
}
