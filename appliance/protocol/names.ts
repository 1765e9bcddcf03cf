/** Names of series: an OpenTelemetry metric name, then the values of its attributes after colons. */

import { text } from './check.ts';
import { limits } from './limits.ts';

const allowed = /^[a-z0-9_.:/-]+$/;

/** `seriesName('system.network.io', 'Wi-Fi 2', 'receive')` is `system.network.io:wi-fi-2:receive`. */
export function seriesName(metric: string, ...attributes: readonly string[]): string {
  const name = [metric, ...attributes.map(attributeValue)].join(':');
  return name.length <= limits.seriesNameLength ? name : name.slice(0, limits.seriesNameLength);
}

export function attributeValue(value: string): string {
  // Most values are ASCII; the others cost the process Unicode's tables, 7 MB, once.
  const letters = /^[ -~]*$/.test(value) ? value : value.normalize('NFKD').replace(/\p{M}/gu, '');
  return letters.toLowerCase().replace(/[^a-z0-9_./-]+/g, '-') || '-';
}

export function splitSeriesName(name: string): { metric: string; attributes: string[] } {
  const [metric = '', ...attributes] = name.split(':');
  return { metric, attributes };
}

export const checkSeriesName = text({
  min: 1,
  max: limits.seriesNameLength,
  pattern: allowed,
  what: 'a series name (letters a to z, digits, _ . : / -)',
});
