/** The one door to the probes: whoever has none to run loads nothing of them, and their bundle has one piece more, not ten. */
import type { Clock } from '../../appliance/runtime/clock.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import { pinger } from './ping.ts';
import { here } from './reach.ts';
import { Runner } from './runner.ts';

export function startProbes({ clock, runMs, log }: { clock: Clock; runMs(): number; log: Log }): Runner {
  return new Runner({ around: { clock, reach: here, ping: pinger() }, runMs, log });
}
