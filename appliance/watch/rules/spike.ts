/** A minute that is several times what the hour before usually was, and above a floor. */
import { gapMs, hourMs, type Judged, minuteMs, nothingSeen, ruleKind } from './rule.ts';
import { amount, capital, figure, subjectWords, unitOf } from './words.ts';

type SpikeState = {
  readonly isBad: boolean;
  /** The minute that is being measured. */
  readonly minute: number | null;
  readonly sum: number;
  readonly count: number;
  /** Means of the minutes before, oldest first. */
  readonly means: readonly number[];
  readonly lastMs: number | null;
  readonly last: number;
  readonly usual: number;
};

const leastMinutes = 10;
const back = 0.8;

export const spike = ruleKind({
  about: {
    en: 'A value is several times its recent mean, and above a floor.',
    fr: 'Une valeur vaut plusieurs fois sa moyenne récente, et dépasse un plancher.',
  },
  options: {
    metric: {
      type: 'metric',
      default: 'system.network.io:*',
      about: { en: 'which series', fr: 'quelle série' },
    },
    factor: {
      type: 'number',
      default: 3,
      min: 1.1,
      max: 1000,
      about: { en: 'how many times the recent mean', fr: 'combien de fois la moyenne récente' },
    },
    floor: {
      type: 'number',
      default: 1e6,
      min: 0,
      about: { en: 'below this nothing is a spike', fr: 'dessous, rien n’est un pic' },
    },
    windowMs: {
      type: 'duration',
      default: hourMs,
      min: leastMinutes * minuteMs,
      max: 6 * hourMs,
      about: { en: 'what counts as recent', fr: 'ce qui compte comme récent' },
    },
  },
  metrics: ({ metric }) => [metric],
  judges: (name) => !name.startsWith('system.network.io:lo:'),
  lookbackMs: ({ windowMs }) => windowMs,
  outlives: true,
  begin: (wasBad): SpikeState => ({
    ...{ isBad: wasBad, minute: null, sum: 0, count: 0, means: [], lastMs: null, last: 0, usual: 0 },
  }),
  step(before, input, o): Judged<SpikeState> {
    const { atMs, presence } = input;
    if (presence.state !== 'up') return { state: before, verdict: 'unknown', evidence: nothingSeen };
    const value = input.rate ?? input.value;
    const state = value === undefined ? before : taken(before, value, atMs, o);
    const { lastMs } = state;
    const knows = state.isBad || state.means.length >= leastMinutes;
    if (!knows || lastMs === null || lastMs < presence.sinceMs || atMs - lastMs > gapMs)
      return { state, verdict: 'unknown', evidence: nothingSeen };
    if (!state.isBad) return { state, verdict: 'good', evidence: nothingSeen };
    return { state, verdict: 'bad', evidence: { value: state.last, usual: state.usual, factor: o.factor } };
  },
  words(evidence, subject) {
    const unit = subject.startsWith('system.network.io') ? 'By/s' : unitOf(subject);
    const value = amount(figure(evidence.value), unit);
    const usual = amount(figure(evidence.usual), unit);
    const name = subjectWords(subject);
    return {
      en: `${capital(name.en)}: ${value.en}, where ${usual.en} is usual`,
      fr: `${capital(name.fr)} : ${value.fr}, contre ${usual.fr} d’ordinaire`,
    };
  },
});

type Options = { factor: number; floor: number; windowMs: number };

function taken(before: SpikeState, value: number, atMs: number, o: Options): SpikeState {
  const minute = Math.floor(atMs / minuteMs);
  const seen = { ...before, lastMs: atMs };
  if (minute === before.minute) return { ...seen, sum: before.sum + value, count: before.count + 1 };
  const begun = { minute, sum: value, count: 1 };
  if (before.lastMs === null) return { ...seen, ...begun };
  if (atMs - before.lastMs > o.windowMs) return { ...seen, ...begun, means: [], isBad: false };
  return { ...judged(seen, before.sum / before.count, o), ...begun };
}

/** A minute is over. */
function judged(state: SpikeState, mean: number, o: Options): SpikeState {
  const { means } = state;
  const usual = usualOf(means);
  const most = Math.round(o.windowMs / minuteMs);
  const next = { ...state, means: [...means, mean].slice(-most), last: mean, usual };
  if (means.length < leastMinutes) return next;
  const limit = Math.max(o.factor * usual, o.floor);
  return { ...next, isBad: mean > limit || (state.isBad && mean > limit * back) };
}

/** The mean without the highest quarter: a spike does not raise what it is compared with, a new level does in time. */
function usualOf(means: readonly number[]): number {
  if (means.length === 0) return 0;
  const lower = [...means].sort((a, b) => a - b).slice(0, Math.ceil(means.length * 0.75));
  return lower.reduce((sum, one) => sum + one, 0) / lower.length;
}
