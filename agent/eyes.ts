/** What looks at this machine: the collectors of Linux read the kernel's files, other systems are asked through systeminformation. */
import type { Clock } from '../appliance/runtime/clock.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { Part } from '../appliance/runtime/parts.ts';
import type { Collector } from './collectors/collector.ts';
import { everywhere, collectors as onLinux } from './collectors/index.ts';
import type { ServiceSource } from './collectors/services/source.ts';
import type { AgentConfig } from './config.ts';
import type { OwnPlaces } from './probes/own-places.ts';
import type { Speaker } from './speaker.ts';

export type Eyes = {
  collectors: Readonly<Record<string, Collector>>;
  /** Those that find something on every machine. */
  everywhere?: ReadonlySet<string>;
  parts: readonly Part[];
  /** Where these are not found as on Linux. */
  osBoot?: string;
  services?: (signal: AbortSignal) => Promise<ServiceSource>;
  processes?: Speaker['processes'];
  places?: OwnPlaces;
};

/** Of what is for other systems nothing is loaded on Linux, and nothing is in its bundle. */
export async function eyesOf({
  config,
  stateDir,
  clock,
  log,
  program,
}: {
  config: AgentConfig;
  stateDir: string;
  clock: Clock;
  log: Log;
  program: string;
}): Promise<Eyes> {
  if (process.platform === 'win32' || process.platform === 'darwin') {
    const { eyesElsewhere } = await import('./elsewhere/index.ts');
    const { interval: intervalMs, processes: told } = config;
    const answerer = [program, 'answers'];
    const eyes = await eyesElsewhere({
      ...{ system: process.platform, answerer, intervalMs, told },
      ...{ stateDir, clock, log },
    });
    return { ...eyes, collectors: { ...eyes.collectors, custom: onLinux.custom } };
  }
  return { collectors: onLinux, everywhere, parts: [] };
}
