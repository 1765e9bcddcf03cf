/** Which channel is given what, and together with what: pure, from what happened to the deliveries that it makes. */
import { randomBytes } from 'node:crypto';
import type { Delivery, DeliveryItem } from '../client/channels.ts';
import { type Occasion, severities } from '../client/types.ts';
import type { Moment } from '../incidents/holds.ts';
import { isWithin, type LocalTimes, minuteOf } from '../incidents/schedule.ts';
import type { Definition } from './channels.ts';

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
};

/** Within `stormMs` a channel is given so much one by one; more is gathered, and told together. */
export const stormMs = 10 * 60_000;
const mostInStorm = 10;
const gatherMs = 5 * 60_000;
const mostItems = 100;

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

/** New deliveries, and those that took more. */
export function planned(plan: Plan): Delivery[] {
  const { happened, channels, now, local } = plan;
  const made = new Map<string, Delivery>();
  for (const channel of channels) {
    const mine = happened.filter(({ occasion }) => isFor(channel, occasion, now, local));
    const { digestAt } = channel;
    const isLater = ({ occasion }: Happened) => digestAt !== null && occasion.severity === 'low';
    const atOnce = mine.filter((one) => !isLater(one));
    const later = mine.filter(isLater);
    const others = (of: readonly Happened[]) =>
      channels.filter(
        (other) => other !== channel && of.every(({ occasion }) => isFor(other, occasion, now, local)),
      );
    if (atOnce.length > 0 && plan.recent(channel.id) < mostInStorm) {
      const also = others(atOnce).map(({ id }) => id);
      const delivery = { ...newDelivery(channel.id, atOnce, now.wallMs, null), also };
      made.set(delivery.id, delivery);
    } else for (const one of atOnce) gather(made, plan, channel, one, now.wallMs + gatherMs);
    for (const one of later)
      gather(made, plan, channel, one, nextDigest(digestAt ?? '00:00', channel.zone, plan));
  }
  return [...made.values()];
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
      (made.has(taker.id) || taker.dueMs > plan.now.wallMs) &&
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

function itemOf({ occasion: { incident, kind, severity, text, more, atMs } }: Happened): DeliveryItem {
  return { incident, kind, severity, text, ...(more === undefined ? {} : { more }), atMs };
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
