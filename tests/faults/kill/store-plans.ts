/** Stores that age their history in different ways, and samples dated so that all of it happens within a minute. */
import type { Stream } from './streams.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** A store takes what is up to eight days old. */
const oldestMs = 7.8 * dayMs;
/** Coarse history goes by windows of this length. */
const windowMs = 7 * dayMs;
const [presentStepMs, oldStepMs] = [50, 200];
const streamsEach = 3;

export type StorePlan = { flags: readonly string[]; streams: readonly Stream[] };
export const planNames = ['minutes', 'tens', 'gone'] as const;
export type PlanName = (typeof planNames)[number];

const common = [
  ...['--commit-interval', '30ms', '--commit-bytes', '16KiB', '--seal-interval', '1s'],
  ...['--segment-bytes', '64KiB', '--ballast', '0B', '--clock', 'trusted', '--log-level', 'debug'],
  ...['--keep-raw', '12h'],
];

/** Half of the streams stay samples, the others end in a coarser tier, or beyond the last one. */
export function planOf(name: PlanName, nowMs: number): StorePlan {
  const streams = (stream: Stream) => Array.from({ length: streamsEach }, () => stream);
  const present = streams({ zeroMs: nowMs - 10 * hourMs, stepMs: presentStepMs, tier: 'raw' });
  const old = (o: Omit<Stream, 'stepMs'>) =>
    streams({ ...o, zeroMs: Math.floor(Math.max(o.zeroMs, nowMs - oldestMs)), stepMs: oldStepMs });
  const windowStartMs = Math.floor(nowMs / windowMs) * windowMs;
  if (name === 'minutes')
    return {
      flags: [...common, '--keep-minutes', '8d', '--keep-tens', '730d'],
      streams: [...present, ...old({ zeroMs: nowMs - 3 * dayMs, tier: 'minute' })],
    };
  const flags = [...common, '--keep-minutes', '1h'];
  if (name === 'tens')
    return {
      flags: [...flags, '--keep-tens', '730d'],
      streams: [...present, ...old({ zeroMs: windowStartMs - 30 * hourMs, tier: 'ten' })],
    };
  // In the first hours of a window the one before is too young to go.
  const goneBeforeMs = nowMs - windowStartMs > 1.1 * dayMs ? windowStartMs : windowStartMs - windowMs;
  const gone = old({ zeroMs: goneBeforeMs - 30 * hourMs, tier: 'ten', goneBeforeMs });
  return { flags: [...flags, '--keep-tens', '1d'], streams: [...present, ...gone] };
}
