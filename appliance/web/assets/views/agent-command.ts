/** Where another computer gets its agent from: the address of /get, as that computer can reach it. */
import type { Api } from '../api/client.ts';
import type { AgentsDoor } from '../api/types.ts';
import { h } from '../dom/h.ts';

const loopback = /^(localhost(:|$)|127\.|\[?::1)/;

/** As this page was reached, unless its name means the reader's own computer. `host` may carry a port. */
export function getAddress(host: string, { addresses }: Pick<AgentsDoor, 'addresses'>): string {
  if (!loopback.test(host)) return `https://${host}/get`;
  const port = /:\d+$/.exec(host)?.[0] ?? '';
  const other = addresses.find((address) => !loopback.test(address)) ?? host.replace(/:\d+$/, '');
  return `https://${other.includes(':') && !other.startsWith('[') ? `[${other}]` : other}${port}/get`;
}

export function getLink(api: Pick<Api, 'door'>): HTMLElement {
  const link = h('a', { href: '/get' }, getAddress(location.host, { addresses: [] }));
  const fill = async (): Promise<void> => {
    link.textContent = getAddress(location.host, await api.door());
  };
  // Without an answer the address of this page stands there.
  fill().catch(() => undefined);
  return h('p', { class: 'command' }, link);
}
