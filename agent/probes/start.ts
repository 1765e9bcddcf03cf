/** The one door to the probes: whoever has none to run loads nothing of them, and their bundle has one piece more, not ten. */
import type { Clock } from '../../appliance/runtime/clock.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import { Pings } from './fping.ts';
import { pinger } from './ping.ts';
import { here } from './reach.ts';
import { Runner } from './runner.ts';

export function startProbes({ clock, runMs, log }: { clock: Clock; runMs(): number; log: Log }): Runner {
  const pings = new Pings({ clock, log, once: pinger() });
  const around = { clock, reach: here, ping: pings.ping, reset: () => pings.reset() };
  return new Runner({ around, runMs, log });
}
