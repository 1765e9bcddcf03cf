/** Numbers and times for tables. */
import type { Language } from './words.ts';

export function percent(fraction: number | undefined): string {
  return fraction === undefined ? '' : `${Math.round(fraction * 100)} %`;
}

export function size(bytes: number | undefined, language: Language, perSecond = false): string {
  if (bytes === undefined) return '';
  const units = language === 'fr' ? ['o', 'ko', 'Mo', 'Go', 'To'] : ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  const number = language === 'fr' ? digits.replace('.', ',') : digits;
  return `${number} ${units[unit]}${perSecond ? '/s' : ''}`;
}

export function degrees(celsius: number | undefined): string {
  return celsius === undefined ? '' : `${Math.round(celsius)} °C`;
}

const dayMs = 86_400_000;

/** The time of today; date and time of another day. */
export function moment(ms: number, nowMs: number, language: Language): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (nowMs - ms < dayMs && new Date(nowMs).getDate() === date.getDate()) return time;
  const [day, month] = [two(date.getDate()), two(date.getMonth() + 1)];
  return language === 'fr'
    ? `${day}/${month}/${date.getFullYear()} ${time}`
    : `${date.getFullYear()}-${month}-${day} ${time}`;
}
