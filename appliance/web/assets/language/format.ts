/** Numbers, sizes and times as people of each language write them. */
import type { Language } from './words.ts';

const nbsp = '\u00a0';
export const dash = '–';

export type Format = ReturnType<typeof createFormat>;

export function createFormat(language: Language, timeZone?: string) {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const fixed = [0, 1, 2, 3].map(
    (digits) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 });
  const zone = timeZone === undefined ? {} : { timeZone };
  const clock = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone,
  });
  const seconds = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...zone,
  });
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...zone });
  const full = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...zone,
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'short' });
  const number = (value: number, digits = 0): string => (fixed[digits] ?? plain).format(value);

  /** Three figures at most: 1.2 kB, 34 kB, 512 kB. */
  const scaled = (value: number, base: number, units: readonly string[]): string => {
    let size = Math.abs(value);
    let index = 0;
    while (size >= base * 0.9995 && index < units.length - 1) {
      size /= base;
      index += 1;
    }
    const digits = index === 0 || size >= 99.95 ? 0 : 1;
    return `${number(Math.sign(value) * size, digits)}${nbsp}${units[index]}`;
  };
  const byteUnits =
    language === 'fr' ? ['o', 'ko', 'Mo', 'Go', 'To', 'Po'] : ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const memoryUnits =
    language === 'fr' ? ['o', 'Kio', 'Mio', 'Gio', 'Tio', 'Pio'] : ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  const units =
    language === 'fr' ? { d: 'j', h: 'h', m: 'min', s: 's' } : { d: 'd', h: 'h', m: 'min', s: 's' };

  const timeOfDay = (atMs: number): string => {
    const text = clock.format(atMs);
    return language === 'fr' ? text.replace(':', `${nbsp}h${nbsp}`) : text;
  };
  const sameDay = (a: number, b: number): boolean =>
    day.format(a) === day.format(b) && Math.abs(a - b) < 86_400_000;

  return {
    number,
    plain: (value: number): string => plain.format(value),
    percent: (share: number): string => `${number(share * 100)}${nbsp}%`,
    bytes: (value: number): string => scaled(value, 1000, byteUnits),
    memory: (value: number): string => scaled(value, 1024, memoryUnits),
    rate: (value: number): string =>
      scaled(
        value,
        1000,
        byteUnits.map((unit) => `${unit}/s`),
      ),
    bits: (value: number): string => scaled(value, 1000, ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s', 'Tbit/s']),
    /** Of an answer: 0.4 ms, 12 ms, 1.2 s. */
    latency: (seconds: number): string =>
      seconds >= 1
        ? `${number(seconds, 1)}${nbsp}s`
        : `${number(seconds * 1000, seconds < 0.01 && seconds > 0 ? 1 : 0)}${nbsp}ms`,
    temperature: (value: number): string => number(value),
    /** The two largest parts that matter: 12 d, 3 h, 6 min. */
    duration: (totalSeconds: number): string => {
      if (totalSeconds < 60) return `${number(Math.max(0, Math.floor(totalSeconds)))}${nbsp}${units.s}`;
      if (totalSeconds < 3600) return `${number(Math.floor(totalSeconds / 60))}${nbsp}${units.m}`;
      if (totalSeconds < 86_400) return `${number(Math.floor(totalSeconds / 3600))}${nbsp}${units.h}`;
      return `${number(Math.floor(totalSeconds / 86_400))}${nbsp}${units.d}`;
    },
    timeOfDay,
    seconds: (atMs: number): string => seconds.format(atMs),
    day: (atMs: number): string => day.format(atMs),
    exact: (atMs: number): string => full.format(atMs),
    /** For "since …": the time of day, with the day when it was not today. */
    since: (atMs: number, nowMs: number): string =>
      sameDay(atMs, nowMs) ? timeOfDay(atMs) : `${day.format(atMs)}, ${timeOfDay(atMs)}`,
    ago: (atMs: number, nowMs: number): string => {
      const elapsed = Math.max(0, Math.floor((nowMs - atMs) / 1000));
      if (elapsed < 10) return language === 'fr' ? 'à l’instant' : 'just now';
      if (elapsed < 60) return relative.format(-elapsed, 'second');
      if (elapsed < 3600) return relative.format(-Math.floor(elapsed / 60), 'minute');
      if (elapsed < 86_400) return relative.format(-Math.floor(elapsed / 3600), 'hour');
      return `${day.format(atMs)}, ${timeOfDay(atMs)}`;
    },
  };
}
