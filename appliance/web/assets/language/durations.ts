/** Durations as people write and read them in forms: “90 s”, “5 min”, « 7 j ». */
import type { Language } from './words.ts';

const units: readonly (readonly [number, string, string, RegExp])[] = [
  [86_400_000, 'd', 'j', /^(d|j|days?|jours?)$/],
  [3_600_000, 'h', 'h', /^(h|hours?|heures?)$/],
  [60_000, 'min', 'min', /^(m|mn|mins?|minutes?)$/],
  [1000, 's', 's', /^(s|secs?|seconds?|secondes?)$/],
  [1, 'ms', 'ms', /^ms$/],
];

/** In the largest unit that leaves nothing over. */
export function writeDuration(ms: number, language: Language): string {
  if (ms === 0) return '0\u00a0s';
  const [size, en, fr] = units.find(([one]) => ms >= one && ms % one === 0) ?? units[4]!;
  const number = String(ms / size).replace('.', language === 'fr' ? ',' : '.');
  return `${number}\u00a0${language === 'fr' ? fr : en}`;
}

/** Null: this is no duration. A number alone is one only if it is 0. */
export function readDuration(text: string): number | null {
  const [, number = '', unit = ''] = /^(\d+(?:[.,]\d+)?)\s*(\p{L}*)$/u.exec(text.trim().toLowerCase()) ?? [];
  if (number === '') return null;
  const value = Number(number.replace(',', '.'));
  if (unit === '') return value === 0 ? 0 : null;
  const size = units.find(([, , , names]) => names.test(unit))?.[0];
  return size === undefined ? null : Math.round(value * size);
}
