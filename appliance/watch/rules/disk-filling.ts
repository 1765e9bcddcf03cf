/** A file system that will be full in some days, if it goes on as it did. */
import { dayMs, hourMs, type Judged, nothingSeen, ruleKind } from './rule.ts';
import { amount, capital, figure, subjectWords } from './words.ts';

type Point = { readonly bucket: number; readonly mean: number };
type FillingState = {
  readonly isBad: boolean;
  readonly bucket: number | null;
  readonly sum: number;
  readonly count: number;
  /** Means of six hours each, oldest first. */
  readonly points: readonly Point[];
  readonly lastMs: number | null;
  readonly last: number;
  readonly days: number;
};

const bucketMs = 6 * hourMs;
const windowBuckets = 28;
/** Two days: from less, nobody could tell a trend from a day's work. */
const leastPoints = 8;
/** Of the normal distribution: nine of ten lie above. */
const nineOfTen = 1.2816;

export const diskFilling = ruleKind({
  about: {
    en: 'A file system will be full in some days, with a confidence of 90 %.',
    fr: 'Un système de fichiers sera plein dans quelques jours, avec 90 % de confiance.',
  },
  options: {
    days: {
      type: 'number',
      unit: 'd',
      default: 7,
      min: 1,
      max: 365,
      about: { en: 'in how many days', fr: 'dans combien de jours' },
    },
  },
  metrics: () => ['system.filesystem.utilization:*'],
  lookbackMs: () => windowBuckets * bucketMs,
  outlives: true,
  begin: (wasBad): FillingState => ({
    ...{ isBad: wasBad, bucket: null, sum: 0, count: 0, points: [], lastMs: null, last: 0, days: 0 },
  }),
  step(before, { atMs, presence, value }, { days }): Judged<FillingState> {
    if (presence.state !== 'up') return { state: before, verdict: 'unknown', evidence: nothingSeen };
    const state = value === undefined ? before : taken(before, value, atMs, days);
    const { lastMs } = state;
    if (lastMs === null || lastMs < presence.sinceMs || (!state.isBad && state.points.length < leastPoints))
      return { state, verdict: 'unknown', evidence: nothingSeen };
    if (!state.isBad) return { state, verdict: 'good', evidence: nothingSeen };
    return { state, verdict: 'bad', evidence: { value: state.last, days: state.days, confidence: 0.9 } };
  },
  words(evidence, subject) {
    const name = subjectWords(subject);
    const value = amount(figure(evidence.value), 'share');
    const days = Math.max(1, Math.round(figure(evidence.days)));
    return {
      en: `${capital(name.en)} (${value.en} full) will be full in about ${days} days`,
      fr: `${capital(name.fr)} (plein à ${value.fr}) sera plein dans environ ${days} jours`,
    };
  },
});

function taken(before: FillingState, value: number, atMs: number, days: number): FillingState {
  const bucket = Math.floor(atMs / bucketMs);
  const seen = { ...before, lastMs: atMs, last: value };
  if (bucket === before.bucket) return { ...seen, sum: before.sum + value, count: before.count + 1 };
  const begun = { bucket, sum: value, count: 1 };
  if (before.bucket === null) return { ...seen, ...begun };
  const point = { bucket: before.bucket, mean: before.sum / before.count };
  const points = [...before.points, point].filter((one) => bucket - one.bucket <= windowBuckets);
  return { ...seen, ...begun, ...forecast(points, before, days) };
}

type Forecast = Pick<FillingState, 'points' | 'isBad' | 'days'>;

function forecast(points: readonly Point[], before: FillingState, days: number): Forecast {
  if (points.length < leastPoints) return { points, isBad: before.isBad, days: before.days };
  const { slope, least } = slopesOf(points);
  const left = 1 - (points.at(-1)?.mean ?? 0);
  // Also if it goes on as slowly as can be believed.
  const latestDays = least > 0 ? left / least : Number.POSITIVE_INFINITY;
  const isBad = latestDays <= days || (before.isBad && latestDays <= days * 1.5);
  return { points, isBad, days: slope > 0 ? left / slope : 0 };
}

/** Theil and Sen: the median of the slopes between all pairs, a day; and what nine of ten would find it to be at least. */
function slopesOf(points: readonly Point[]): { slope: number; least: number } {
  const slopes: number[] = [];
  for (const [at, from] of points.entries())
    for (const to of points.slice(at + 1))
      slopes.push((to.mean - from.mean) / (((to.bucket - from.bucket) * bucketMs) / dayMs));
  slopes.sort((a, b) => a - b);
  const n = points.length;
  const spread = nineOfTen * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const lowest = Math.max(0, Math.floor((slopes.length - spread) / 2));
  return { slope: slopes[Math.floor(slopes.length / 2)] ?? 0, least: slopes[lowest] ?? 0 };
}
