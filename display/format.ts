/** Numbers and times as short as the panel needs them. */
import type { Language, Say } from './words.ts';

export function clockTime(ms: number, language: Language): string {
  const date = new Date(ms);
  const hours = String(date.getHours()).padStart(2, '0');
  const minutes = String(date.getMinutes()).padStart(2, '0');
  return language === 'fr' ? `${hours}h${minutes}` : `${hours}:${minutes}`;
}

const dayMs = 86_400_000;

/** The time of today, the date of an older day. */
export function moment(ms: number, nowMs: number, language: Language): string {
  if (Math.abs(nowMs - ms) < dayMs) return clockTime(ms, language);
  const date = new Date(ms);
  const day = String(date.getDate()).padStart(2, '0');
  const month = String(date.getMonth() + 1).padStart(2, '0');
  return language === 'fr' ? `${day}/${month}` : `${month}-${day}`;
}

export function percent(fraction: number | undefined): string {
  return fraction === undefined || !Number.isFinite(fraction) ? '?' : `${Math.round(fraction * 100)}%`;
}

/** Bytes per second in at most four characters: 0, 870, 12k, 1.2M, 118M. */
export function rate(bytesPerSecond: number | undefined): string {
  if (bytesPerSecond === undefined || !Number.isFinite(bytesPerSecond)) return '?';
  let value = Math.max(0, bytesPerSecond);
  for (const unit of ['', 'k', 'M', 'G', 'T']) {
    if (value < 999.5) return `${unit !== '' && value < 9.95 ? value.toFixed(1) : Math.round(value)}${unit}`;
    value /= 1000;
  }
  return '?';
}

export function degrees(celsius: number | undefined): string {
  return celsius === undefined || !Number.isFinite(celsius) ? '' : `${Math.round(celsius)}°`;
}

export function age(seconds: number | undefined, say: Say): string {
  if (seconds === undefined || !Number.isFinite(seconds)) return '';
  if (seconds >= 2 * 86_400) return say('days', Math.floor(seconds / 86_400));
  if (seconds >= 2 * 3600) return say('hours', Math.floor(seconds / 3600));
  return say('minutes', Math.max(0, Math.floor(seconds / 60)));
}
