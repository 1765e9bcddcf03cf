/** Which other trouble explains that something fails: pure, from what fails and what else is known. */
import { alwaysOnIds } from '../probes/always.ts';
import type { Lasting, NetworkCause } from './cause.ts';

/** Where something stands, as far as its address tells: on the networks of the box, behind its gateway, or outside. */
export type Where = 'near' | 'inside' | 'outside' | 'named';

/** A machine that is not heard, or a probe that fails. */
export type Failing = {
  /** `machine:5` or `probe:abcdefgh`. */
  key: string;
  name: string;
  /** Since when; of a machine when it was heard last. */
  beganMs: number;
  /** How often it is looked at, of a probe; a machine 0. */
  intervalMs: number;
  where: Where;
  /** Of a probe: no address was found for its name. */
  isNameless: boolean;
  /** The box is among those for which it fails. */
  isFromBox: boolean;
  /** Probes that it hangs behind: one of each list is enough, and all lists have to be bad. */
  behind: readonly (readonly string[])[];
  /** What stands at the same address: its machine, the probe that pings it. */
  sameDevice: readonly string[];
  /** What it is counted as among those that fail at once. */
  device: string;
};

export type Explanation =
  | { network: NetworkCause }
  /** Something else that fails. */
  | { by: string }
  /** Many that failed in one moment; which moment. */
  | { moment: string }
  /** Something else fails that may yet turn out to be it. */
  | 'wait'
  | null;

/** By its sign. */
export type Moment = { sign: string; fromMs: number; toMs: number };

export type Trouble = {
  network: Lasting | null;
  /** All that fails now; those that are certain are told of on their own. */
  failing: ReadonlyMap<string, Failing & { isCertain: boolean }>;
  moments: readonly Moment[];
};

/** What fails together is noticed so far apart: a look of everything and a deadline. */
export const slackMs = 90_000;

export function explain(one: Failing, trouble: Trouble): Explanation {
  return (
    byNetwork(one, trouble, 'box') ??
    byParents(one, trouble) ??
    byNetwork(one, trouble) ??
    bySameDevice(one, trouble) ??
    byMoment(one, trouble)
  );
}

function byNetwork(one: Failing, { network }: Trouble, only?: NetworkCause): Explanation {
  if (network === null || (only !== undefined && network.cause !== only)) return null;
  const { cause, sinceMs, untilMs } = network;
  const isProbe = one.key.startsWith('probe:');
  if ((isProbe && !one.isFromBox) || one.beganMs < sinceMs - slackMs || one.beganMs > untilMs) return null;
  const isAtOnce = one.beganMs <= sinceMs + slackMs;
  const explains: Record<NetworkCause, boolean> = {
    box: true,
    // What stands beside the gateway may hang on it, too: then it went with it.
    gateway: one.where === 'near' ? isAtOnce : true,
    internet: one.where === 'outside' || one.where === 'named',
    names: one.isNameless,
  };
  return explains[cause] ? { network: cause } : null;
}

/** Witnesses have no incident of their own: they stand for the causes that they tell of. */
const witnessed: Readonly<Record<string, readonly NetworkCause[]>> = {
  [alwaysOnIds.gateway]: ['gateway'],
  [alwaysOnIds.outsideA]: ['gateway', 'internet'],
  [alwaysOnIds.outsideB]: ['gateway', 'internet'],
  [alwaysOnIds.names]: ['names'],
};

function byParents({ key, behind, beganMs }: Failing, { failing, network }: Trouble): Explanation {
  const isOfNetwork = (id: string) =>
    network !== null &&
    witnessed[id]?.includes(network.cause) === true &&
    beganMs >= network.sinceMs - slackMs &&
    beganMs <= network.untilMs;
  const found = behind.map((parents): Explanation => {
    if (network !== null && parents.some(isOfNetwork)) return { network: network.cause };
    const probe = parents
      .map((id) => failing.get(`probe:${id}`))
      .find((parent) => parent !== undefined && parent.key !== key && beganMs >= parent.beganMs - slackMs);
    return probe === undefined ? null : probe.isCertain ? { by: probe.key } : 'wait';
  });
  const [first = null] = found;
  if (found.includes(null)) return null;
  return found.includes('wait') ? 'wait' : first;
}

/** A machine says itself which addresses it has: whatever fails there later than it vanished stands for itself. */
function bySameDevice({ key, sameDevice, beganMs, intervalMs }: Failing, { failing }: Trouble): Explanation {
  const isItsOwn = (found: Failing) =>
    found.key !== key &&
    beganMs >= found.beganMs - slackMs &&
    (!found.key.startsWith('machine:') || beganMs <= found.beganMs + slackMs + intervalMs);
  const other = sameDevice
    .map((same) => failing.get(same))
    .find((found) => found !== undefined && isItsOwn(found));
  if (other === undefined) return null;
  return other.isCertain ? { by: other.key } : 'wait';
}

function byMoment({ beganMs }: Failing, { moments }: Trouble): Explanation {
  const moment = moments.find(({ fromMs, toMs }) => beganMs >= fromMs && beganMs <= toMs);
  return moment === undefined ? null : { moment: moment.sign };
}

/** So many devices that fail within this are one event, whatever it is. */
const mostByAccident = 2;
const momentMs = 60_000;

/** Those that nothing else explains, by when they failed: the first moment in which more fail than by accident. */
export function newMoment(unexplained: readonly Failing[]): { fromMs: number; toMs: number } | null {
  const sorted = [...unexplained].sort((a, b) => a.beganMs - b.beganMs);
  for (const { beganMs: fromMs } of sorted) {
    const within = sorted.filter(({ beganMs }) => beganMs >= fromMs && beganMs <= fromMs + momentMs);
    if (new Set(within.map(({ device }) => device)).size > mostByAccident)
      return { fromMs, toMs: fromMs + momentMs };
  }
  return null;
}
