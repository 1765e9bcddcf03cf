/** Times as a person types them: an age such as 90min, 36h, 7d, 2w, 1y, or a date. */

const secondMs = 1000;
const units: Record<string, number> = {
  ...{ s: secondMs, min: 60 * secondMs, h: 3600 * secondMs },
  ...{ d: 86_400 * secondMs, j: 86_400 * secondMs, w: 604_800 * secondMs, sem: 604_800 * secondMs },
  ...{ y: 31_536_000 * secondMs, a: 31_536_000 * secondMs, an: 31_536_000 * secondMs },
};

/** Null when it is none. A year has 365 days. */
export function parseAge(text: string): number | null {
  const [, count, unit] = /^(\d{1,6})\s*([a-z]{1,3})$/i.exec(text.trim()) ?? [];
  const ms = unit === undefined ? undefined : units[unit.toLowerCase()];
  return ms === undefined ? null : Number(count) * ms;
}

/** So long ago, or a date of this computer's time zone unless it names one; null when it is neither. */
export function parseMoment(text: string, nowMs: number): number | null {
  const age = parseAge(text);
  if (age !== null) return nowMs - age;
  const [, date, time = '00:00', zone = ''] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text.trim()) ?? [];
  if (date === undefined) return null;
  const ms = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(ms) ? null : ms;
}
