/** A machine with macOS or Windows as the collectors of such machines see it: answers, and what Node says of it. */
import type { CpuInfo } from 'node:os';
import type { CollectHere, Here } from '../../agent/elsewhere/here.ts';

/** `told`: "call of" → the answer, all given at the same moment. `interfaces`: those that have an address. */
export function hereOf(
  system: Here['system'],
  told: Record<string, unknown>,
  interfaces: readonly string[] = [],
): Here {
  const address = {
    ...{ address: '192.0.2.20', netmask: '255.255.255.0', family: 'IPv4' as const },
    ...{ mac: '02:00:5e:10:00:01', internal: false, cidr: '192.0.2.20/24' },
  };
  return {
    system,
    last(call, of = '') {
      const value = told[`${call} ${of}`];
      return value === undefined ? undefined : { value, atMs: 0 };
    },
    os: {
      cpus: () => [],
      loadavg: () => [0, 0, 0],
      uptime: () => 0,
      networkInterfaces: () => Object.fromEntries(interfaces.map((name) => [name, [address]])),
    },
  };
}

export const core = (busyMs: number, idleMs: number): CpuInfo => ({
  model: 'a processor',
  speed: 2400,
  times: { user: busyMs, nice: 0, sys: 0, idle: idleMs, irq: 0 },
});

/** The values of one cycle by name. */
export function valuesOf(collect: CollectHere, here: Here): Record<string, number> {
  return cyclesOf(collect, here)();
}

export function cyclesOf(collect: CollectHere, here: Here): () => Record<string, number> {
  const cycle = collect(here);
  return () => {
    const values: Record<string, number> = {};
    void cycle({
      put(series, value) {
        if (series.name in values) throw new Error(`${series.name} was put twice in one cycle`);
        values[series.name] = value;
      },
    });
    return values;
  };
}
