/** What the box's own agent always looks at, so that a failure has a cause: the way out, two places outside, and names. */
import type { ProbeDefinition } from '../client/probes.ts';

export const alwaysOnIds = {
  gateway: 'boxroute',
  outsideA: 'outsidea',
  outsideB: 'outsideb',
  names: 'boxnames',
} as const;
export type AlwaysOnRole = keyof typeof alwaysOnIds;

/** Where a name of them is another one in French. */
export const frenchNames: Readonly<Record<string, string>> = { [alwaysOnIds.gateway]: 'Passerelle' };

const own = () => ({ vantages: [], enabled: true, builtIn: true, groups: [], parent: null });

/** Two looks that fail are sure within 20 s of the gateway and of names, 20 s of both places outside. */
const insideMs = 10_000;
const outsideMs = 20_000;

/**
 * Outside a connection is opened and closed, and nothing is said in it: no name server between can answer it from memory,
 * and a lost packet is sent again by the system. Two operators, because one of them may be down.
 */
export function alwaysOn(): ProbeDefinition[] {
  return [
    {
      ...{ ...own(), id: alwaysOnIds.gateway, name: 'Gateway', kind: 'icmp', intervalMs: insideMs },
      ...{ beyond: false, options: { host: '@gateway', timeoutMs: 3_000, count: 20 } },
    },
    outside(alwaysOnIds.outsideA, 'Internet 1.1.1.1', '1.1.1.1'),
    outside(alwaysOnIds.outsideB, 'Internet 9.9.9.9', '9.9.9.9'),
    {
      ...{ ...own(), id: alwaysOnIds.names, name: 'DNS', kind: 'dns', intervalMs: insideMs },
      // Asked as this machine asks it anyway, also where it stands outside.
      beyond: true,
      // Its answer may be kept for weeks, so that the name server rarely has to ask anybody.
      options: {
        ...{ host: '@resolver', port: 53, name: 'a.root-servers.net', record: 'A' },
        ...{ expect: '', transport: 'udp', timeoutMs: 3_000 },
      },
    },
  ];
}

function outside(id: string, name: string, host: string): ProbeDefinition {
  return {
    ...{ ...own(), id, name, kind: 'tcp', intervalMs: outsideMs, beyond: true },
    options: { host, port: 443, banner: '', timeoutMs: 5_000 },
  };
}
