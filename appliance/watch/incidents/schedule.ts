/** Times that come back every week, by the clocks of a place; and times that come once. */
import type { Schedule, Weekly } from '../client/types.ts';

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Monday is 1. */
export type LocalTime = { day: number; minute: number };
export type LocalTimes = (wallMs: number, zone: string) => LocalTime;

/** What clocks of a zone show. Formatters are dear: one a zone, and one answer a minute. */
export function createLocalTimes(): LocalTimes {
  const formats = new Map<string, Intl.DateTimeFormat>();
  const last = new Map<string, { minute: number; time: LocalTime }>();
  return (wallMs, zone) => {
    const minute = Math.floor(wallMs / 60_000);
    const known = last.get(zone);
    if (known?.minute === minute) return known.time;
    const format = formats.get(zone) ?? formatOf(zone);
    formats.set(zone, format);
    const time = read(format.formatToParts(minute * 60_000));
    last.set(zone, { minute, time });
    return time;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone, hourCycle: 'h23', weekday: 'short', hour: '2-digit', minute: '2-digit' },
  });
}

function read(parts: Intl.DateTimeFormatPart[]): LocalTime {
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    day: days.indexOf(part('weekday')) + 1,
    minute: Number(part('hour')) * 60 + Number(part('minute')),
  };
}

/** A zone as the tables of the world's times know it. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export function minuteOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** From 22:00 to 06:00 it begins on the named days and ends on the day after. The same twice is a whole day. */
export function isWithin({ days: on, from, to }: Weekly, { day, minute }: LocalTime): boolean {
  const [begin, end] = [minuteOf(from), minuteOf(to)];
  const before = day === 1 ? 7 : day - 1;
  if (begin < end) return on.includes(day) && minute >= begin && minute < end;
  return (on.includes(day) && minute >= begin) || (on.includes(before) && minute < end);
}

/** While nobody knows what time it is, only what was said to hold now holds. */
export function isActive(schedule: Schedule, wallMs: number, trusted: boolean, local: LocalTimes): boolean {
  const { once, weekly } = schedule;
  if (once !== undefined && wallMs >= once.fromMs && wallMs < once.toMs) return true;
  return trusted && weekly !== undefined && isWithin(weekly, local(wallMs, weekly.zone));
}
