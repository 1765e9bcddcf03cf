/** Numbers, durations and names of series as sentences of rules say them, in English and French. */
import { metrics } from '../../protocol/metrics.table.ts';
import type { WatchText } from '../client/types.ts';
import { hourMs, minuteMs } from './rule.ts';

const names: Readonly<Record<string, WatchText>> = {
  'system.cpu.utilization': { en: 'CPU', fr: 'processeur' },
  'system.memory.utilization': { en: 'memory', fr: 'mémoire' },
  'system.paging.utilization': { en: 'swap', fr: 'mémoire d’échange' },
  'system.filesystem.utilization': { en: 'disk', fr: 'disque' },
  'system.network.io': { en: 'network', fr: 'réseau' },
  'system.network.up': { en: 'interface', fr: 'interface' },
  'system.cpu.load_average.1m': { en: 'load', fr: 'charge' },
  'system.cpu.load_average.5m': { en: 'load', fr: 'charge' },
  'system.cpu.load_average.15m': { en: 'load', fr: 'charge' },
  'hw.temperature': { en: 'temperature', fr: 'température' },
};

/** `system.filesystem.utilization:/home` is “disk /home”; what has no words is named as it is. */
export function subjectWords(series: string): WatchText {
  const colon = series.indexOf(':');
  const metric = colon < 0 ? series : series.slice(0, colon);
  const attributes = colon < 0 ? '' : ` ${series.slice(colon + 1).replaceAll(':', ' ')}`;
  const known = Object.hasOwn(names, metric) ? names[metric] : undefined;
  if (known === undefined) return { en: series, fr: series };
  return { en: known.en + attributes, fr: known.fr + attributes };
}

export function unitOf(series: string): string {
  const metric = series.split(':', 1)[0] ?? series;
  if (metric.endsWith('utilization') || metric === 'hw.battery.charge') return 'share';
  return Object.hasOwn(metrics, metric) ? metrics[metric as keyof typeof metrics].unit : '';
}

const english = (value: number, digits: number) => String(Number(value.toFixed(digits)));
const both = (text: string): WatchText => ({ en: text, fr: text.replace('.', ',') });

export function amount(value: number, unit: string): WatchText {
  if (unit === 'share') return both(`${english(value * 100, 0)} %`);
  if (unit === 'By' || unit === 'By/s') {
    const second = unit === 'By/s' ? '/s' : '';
    const step = [1e9, 1e6, 1e3, 1].find((one) => Math.abs(value) >= one) ?? 1;
    const letter = { 1e9: 'G', 1e6: 'M', 1e3: 'k', 1: '' }[step] ?? '';
    const number = english(value / step, 1);
    return { en: `${number} ${letter}B${second}`, fr: `${number.replace('.', ',')} ${letter}o${second}` };
  }
  const shown: Record<string, string> = { Cel: ' °C', s: ' s', 'bit/s': ' bit/s', Hz: ' Hz', rpm: ' rpm' };
  return both(`${english(value, 2)}${shown[unit] ?? ''}`);
}

export function duration(ms: number): WatchText {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return both(`${seconds} s`);
  if (ms < 2 * hourMs) return both(`${Math.round(ms / minuteMs)} min`);
  if (ms < 48 * hourMs) return both(`${Math.round(ms / hourMs)} h`);
  const days = Math.round(ms / (24 * hourMs));
  return { en: `${days} days`, fr: `${days} jours` };
}

/** A number out of evidence; evidence comes back from the disk too. */
export function figure(value: number | string | null | undefined): number {
  return typeof value === 'number' ? value : 0;
}

export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
