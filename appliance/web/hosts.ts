/** The names under which this box may be asked: anything else is a foreign name that was pointed at our address. */

/** The host part of a Host header, lower case, without port, brackets and final dot; null if it is none. */
export function hostName(header: string | undefined): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+?)\.?)(?::\d{1,5})?$/.exec((header ?? '').toLowerCase());
  if (!match) return null;
  if (match[2] !== undefined) return match[2];
  const url = `http://[${match[1]}]/`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : null;
}

/** The address that the peer dialled, written as a browser writes it. */
function dialled(localAddress: string | undefined): string | null {
  const plain = (localAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '').split('%')[0]!;
  return hostName(plain.includes(':') ? `[${plain}]` : plain);
}

export type Hosts = {
  allow(names: readonly string[]): void;
  allows(header: string | undefined, localAddress: string | undefined): boolean;
};

/** `lent`: names that count for as long as they are told, as those of an uploaded certificate. */
export function createHosts(names: readonly string[], lent: () => readonly string[] = () => []): Hosts {
  const allowed = new Set<string>(['localhost']);
  const allow = (more: readonly string[]) => {
    for (const name of more) {
      const host = hostName(name.trim());
      if (host) allowed.add(host);
    }
  };
  allow(names);
  const isLent = (host: string) => lent().some((name) => hostName(name) === host);
  return {
    allow,
    // An address that a browser dials itself cannot be rebound, so the dialled one is allowed without a list.
    allows(header, localAddress) {
      const host = hostName(header);
      return host !== null && (allowed.has(host) || host === dialled(localAddress) || isLent(host));
    },
  };
}
