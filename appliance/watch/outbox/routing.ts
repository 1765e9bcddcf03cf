/** Which channel is given what, and together with what: pure, from what happened to the deliveries that it makes. */
import { randomBytes } from 'node:crypto';
import type { Delivery, DeliveryItem } from '../client/channels.ts';
import { type Occasion, severities } from '../client/types.ts';
import type { Moment } from '../incidents/holds.ts';
import { isWithin, type LocalTimes, minuteOf } from '../incidents/schedule.ts';
import type { Definition } from './channels.ts';
import type { Given } from './given.ts';

export type Happened = { key: string; occasion: Occasion };

export type Plan = {
  happened: readonly Happened[];
  channels: readonly Definition[];
  now: Moment;
  local: LocalTimes;
  /** What already gathers for a channel until a time, and can still take something. */
  gathering(channel: string): readonly Delivery[];
  /** How much was made for a channel of late. */
  recent(channel: string): number;
  /** What waits to be told at once. */
  waiting(channel: string): readonly Delivery[];
  isFailing(channel: string): boolean;
  /** Which channels were told of which incidents. */
  given: Given;
  gatherMs: number;
};

export type Planned = {
  /** New deliveries, and those that took more. */
  deliveries: Delivery[];
  given: Map<number, Set<string>>;
};

/** Within `stormMs` a channel is given so much one by one; more is gathered, and told together. */
export const stormMs = 10 * 60_000;
const mostInStorm = 10;
const mostItems = 100;
const stepMs = 15 * 60_000;
const weekMs = 7 * 86_400_000;

export function isFor(
  channel: Pick<Definition, 'enabled' | 'takes'>,
  occasion: Pick<Occasion, 'severity' | 'groups'>,
  now: Moment,
  local: LocalTimes,
): boolean {
  const { least, groups, weekly } = channel.takes;
  if (!channel.enabled || severities.indexOf(occasion.severity) < severities.indexOf(least)) return false;
  if (groups.length > 0 && !groups.some((group) => occasion.groups.includes(group))) return false;
  // While nobody knows what time it is, rather told than not.
  return weekly === undefined || !now.trusted || isWithin(weekly, local(now.wallMs, weekly.zone));
}

/** Who is told what: what happened in its order, since an end goes to those who were told of the failure. */
function routed({ happened, channels, now, local, given: before }: Plan) {
  const given = new Map([...before].map(([incident, some]) => [incident, new Set(some)]));
  const takers = new Map<Happened, ReadonlySet<string>>();
  for (const one of happened) {
    const { occasion } = one;
    const fits = channels.filter((channel) => isFor(channel, occasion, now, local)).map(({ id }) => id);
    const told = given.get(occasion.incident);
    if (occasion.kind !== 'recovered') {
      given.set(occasion.incident, new Set([...(told ?? []), ...fits]));
      takers.set(one, new Set(fits));
    } else {
      const enabled = channels
        .filter((channel) => channel.enabled && told?.has(channel.id))
        .map(({ id }) => id);
      takers.set(one, new Set(told === undefined ? fits : enabled));
      given.delete(occasion.incident);
    }
  }
  return { given, takers };
}

export function planned(plan: Plan): Planned {
  const { happened, channels, now, local } = plan;
  const made = new Map<string, Delivery>();
  const { given, takers } = routed(plan);
  for (const channel of channels) {
    const mine = happened.filter(
      (one) => takers.get(one)?.has(channel.id) === true && !isUntold(one, plan.waiting(channel.id)),
    );
    const { digestAt } = channel;
    const dueOf = ({ occasion: { kind, severity } }: Happened): number | null => {
      if (digestAt !== null && severity === 'low') return nextDigest(digestAt, channel.zone, plan);
      return kind === 'recovered' ? opening(channel, now, local) : null;
    };
    const atOnce = mine.filter((one) => dueOf(one) === null);
    if (atOnce.length > 0 && !isStorm(plan, channel.id)) {
      const others = channels.filter(
        ({ id }) => id !== channel.id && atOnce.every((one) => takers.get(one)?.has(id)),
      );
      const delivery = newDelivery(channel.id, atOnce, now.wallMs, null);
      made.set(delivery.id, { ...delivery, also: others.map(({ id }) => id) });
    } else for (const one of atOnce) gather(made, plan, channel, one, now.wallMs + plan.gatherMs);
    for (const one of mine) {
      const dueMs = dueOf(one);
      if (dueMs !== null) gather(made, plan, channel, one, dueMs);
    }
  }
  return { deliveries: [...made.values()], given };
}

/** So much one by one within a while, and so much that waits for a channel that fails and that no other has told. */
function isStorm({ recent, waiting, isFailing }: Plan, channel: string): boolean {
  const untold = () => waiting(channel).filter(({ handedTo }) => handedTo === null).length;
  return recent(channel) >= mostInStorm || (isFailing(channel) && untold() >= mostInStorm);
}

/** Told again, though the first time still waits here and no other channel has told it. */
function isUntold({ occasion: { kind, incident } }: Happened, waiting: readonly Delivery[]): boolean {
  if (kind !== 'repeated') return false;
  return waiting.some(
    ({ items, handedTo, left }) =>
      handedTo === null &&
      left === null &&
      items.some((one) => one.incident === incident && one.kind !== 'recovered'),
  );
}

/** What is over can wait until the times of a channel begin; null: they have. */
function opening(
  { takes: { weekly } }: Definition,
  { wallMs, trusted }: Moment,
  local: LocalTimes,
): number | null {
  if (weekly === undefined || !trusted) return null;
  const from = Math.floor(wallMs / stepMs) * stepMs;
  for (
    let atMs = wallMs;
    atMs < wallMs + weekMs;
    atMs = from + (Math.floor((atMs - from) / stepMs) + 1) * stepMs
  )
    if (isWithin(weekly, local(atMs, weekly.zone))) return atMs === wallMs ? null : atMs;
  return null;
}

function gather(
  made: Map<string, Delivery>,
  plan: Plan,
  { id }: Definition,
  one: Happened,
  dueMs: number,
): void {
  const takers = [...[...made.values()].filter(({ channel }) => channel === id), ...plan.gathering(id)];
  const open = takers.find(
    (taker) =>
      // What was tried stays as it is: its receiver may have it already.
      taker.dueMs !== null &&
      (made.has(taker.id) || taker.dueMs > plan.now.wallMs || (taker.tries === 0 && plan.isFailing(id))) &&
      taker.handedTo === null &&
      taker.dueMs <= dueMs &&
      (made.get(taker.id) ?? taker).items.length < mostItems,
  );
  if (open === undefined) {
    const delivery = newDelivery(id, [one], plan.now.wallMs, dueMs);
    made.set(delivery.id, delivery);
    return;
  }
  const newest = made.get(open.id) ?? open;
  made.set(open.id, { ...newest, items: [...newest.items, itemOf(one)] });
}

function newDelivery(
  channel: string,
  of: readonly Happened[],
  madeMs: number,
  dueMs: number | null,
): Delivery {
  const id = `${of[0]?.key ?? ''}.${channel}${dueMs === null ? '' : '.later'}`;
  return {
    ...{ id, channel, state: 'waiting', items: of.map(itemOf), madeMs, dueMs, tries: 0, words: '' },
    ...{ doneMs: null, messageId: freshMessageId(), left: null },
    ...{ also: [], instead: [], handedTo: null },
  };
}

function itemOf({ occasion: { incident, kind, severity, text, more, next, atMs } }: Happened): DeliveryItem {
  const besides = { ...(more === undefined ? {} : { more }), ...(next === undefined ? {} : { next }) };
  return { incident, kind, severity, text, ...besides, atMs };
}

/** By the clocks of the place; on the day on which they are changed, an hour off. */
function nextDigest(at: string, zone: string, { now, local }: Plan): number {
  const minutes = (minuteOf(at) - local(now.wallMs, zone).minute + 1440) % 1440;
  return (Math.floor(now.wallMs / 60_000) + (minutes === 0 ? 1440 : minutes)) * 60_000;
}

/** Short: some servers mind a header that goes on in a second line. */
const freshMessageId = () => randomBytes(12).toString('hex');

/** The same for a channel that stands in; its own message, since it goes another way. */
export function handed(delivery: Delivery, channel: string, madeMs: number): Delivery {
  const id = `${delivery.id}+${channel}`;
  return {
    ...delivery,
    ...{ id, channel, madeMs, dueMs: null, tries: 0, words: '', left: null, handedTo: null },
    ...{ state: 'waiting', doneMs: null, messageId: freshMessageId() },
    instead: [...delivery.instead, delivery.channel],
  };
}
