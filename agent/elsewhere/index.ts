/** What measures a machine with Windows or macOS. A new collector is a file beside this one and a line here. */
import { getServers } from 'node:dns';
import { cpus, loadavg, networkInterfaces, uptime as sinceBoot } from 'node:os';
import type { Clock } from '../../appliance/runtime/clock.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import type { Eyes } from '../eyes.ts';
import { ownPlacesElsewhere } from '../probes/own-places.ts';
import { startAnswerer } from './answerer.ts';
import { battery } from './battery.ts';
import { osBootElsewhere } from './boot.ts';
import { busiestElsewhere, type Told } from './busiest.ts';
import { asked, calls, type Question } from './calls.ts';
import { cpu } from './cpu.ts';
import { disks } from './disks.ts';
import { filesystems } from './filesystems.ts';
import { gpu } from './gpu.ts';
import type { CollectHere, Here } from './here.ts';
import { Informant } from './informant.ts';
import { load } from './load.ts';
import { memory } from './memory.ts';
import { interfacesWithAddress, network } from './network.ts';
import { processes } from './processes.ts';
import { servicesElsewhere } from './services.ts';
import { temperature } from './temperature.ts';
import { uptime } from './uptime.ts';

const collectorsHere = {
  cpu,
  memory,
  load,
  uptime,
  processes,
  temperature,
  battery,
  gpu,
  network,
  filesystems,
  disks,
} satisfies Record<string, CollectHere>;

/** No cycle starts more than one process, and none waits longer than this for its turn. */
const LONGEST_GAP_MS = 5_000;

export function gapOf(intervalMs: number): number {
  return intervalMs / Math.ceil(intervalMs / LONGEST_GAP_MS);
}

/** Interfaces share the turns of one question, so that many of them keep nothing else waiting. */
export function questionsOf({ system, os }: Pick<Here, 'system' | 'os'>): Question[] {
  const interfaces = interfacesWithAddress(os);
  const everyMs = calls.networkStats.everyMs * interfaces.length;
  const [first, ...others] = asked[system].map((call) => ({ call, of: '', ...calls[call] }));
  const traffic = interfaces.map((of) => ({ call: 'networkStats' as const, of, everyMs }));
  return [...(first === undefined ? [] : [first]), ...traffic, ...others];
}

export async function eyesElsewhere(o: {
  system: Here['system'];
  /** What Node runs as the process that answers. */
  answerer: readonly string[];
  intervalMs: number;
  /** What may be told of the busiest programs. */
  told: Told;
  stateDir: string;
  clock: Clock;
  log: Log;
}): Promise<Eyes> {
  const os = { cpus, loadavg, networkInterfaces, uptime: sinceBoot };
  const { system, clock, log } = o;
  /** Somebody has a probe of it. */
  let wantsGateway = false;
  const gateway: Question = { call: 'networkGatewayDefault', of: '', ...calls.networkGatewayDefault };
  const informant = new Informant({
    questions: () => [...questionsOf({ system, os }), ...(wantsGateway ? [gateway] : [])],
    open: () => startAnswerer(o.answerer),
    gapMs: gapOf(o.intervalMs),
    ...{ clock, log },
  });
  const here: Here = { system, os, last: (call, of) => informant.last(call, of) };
  const entries = Object.entries<CollectHere>(collectorsHere);
  const collectors = Object.fromEntries(entries.map(([name, build]) => [name, () => build(here)]));
  return {
    collectors,
    osBoot: await osBootElsewhere({ stateDir: o.stateDir, uptime: sinceBoot, clock, log }),
    parts: [informant],
    services: (signal) => servicesElsewhere(here, clock, signal),
    processes: async () => busiestElsewhere(here, o.told),
    places: ownPlacesElsewhere({
      gateway() {
        wantsGateway = true;
        const answer = informant.last('networkGatewayDefault');
        return answer === undefined ? undefined : String(answer.value);
      },
      nameServers: getServers,
    }),
  };
}
