/** The one door to the probes: whoever has none to run loads nothing of them, and their bundle has one piece more, not ten. */
import type { Clock } from '../../appliance/runtime/clock.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import type { OwnPlaces } from './own-places.ts';
import { Pace } from './pace.ts';
import { pinger } from './ping.ts';
import { Pings } from './pings.ts';
import { here, reachOf } from './reach.ts';
import { Runner } from './runner.ts';

/** `places`: where this system keeps what Linux has in files. */
export function startProbes(o: {
  clock: Clock;
  runMs(): number;
  log: Log;
  places?: OwnPlaces | undefined;
}): Runner {
  const { clock, runMs, log, places } = o;
  const pings = new Pings({ clock, log, once: pinger() });
  const around = {
    clock,
    reach: places === undefined ? here : reachOf(places),
    ping: pings.ping,
    reset: () => pings.stop(),
    pace: new Pace(clock),
  };
  return new Runner({ around, runMs, log });
}
