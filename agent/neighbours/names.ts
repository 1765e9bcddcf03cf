/** What the network's own name server calls an address: routers know what their devices call themselves. */
import { getServers, Resolver } from 'node:dns/promises';
import { plainLine } from '../../appliance/runtime/plain-text.ts';
import { isAllowed } from '../probes/reach.ts';

const timeoutMs = 2_000;

/** Never throws. A name server outside of the own networks is not asked: what stands here is nothing to tell it. */
export async function nameOf(address: string, own: readonly string[]): Promise<string | undefined> {
  const near = getServers().filter((server) => isAllowed(server, false, own));
  if (near.length === 0) return undefined;
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  try {
    resolver.setServers(near);
    const [name = ''] = await resolver.reverse(address);
    const first = plainLine(name.replace(/\.$/, ''), 253).split('.')[0] ?? '';
    return /^[\w-]{1,63}$/.test(first) ? first : undefined;
  } catch {
    return undefined;
  }
}
