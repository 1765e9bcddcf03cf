/** A counter that grows too fast: so many in so long, as failed sign-ins. */
import { gapMs, type Judged, minuteMs, nothingSeen, ruleKind } from './rule.ts';
import { duration, figure, subjectWords } from './words.ts';

type Mark = { readonly atMs: number; readonly total: number };
type CountState = {
  readonly isBad: boolean;
  readonly last: number | null;
  readonly lastMs: number | null;
  /** What it grew by since the first value that was seen. */
  readonly total: number;
  /** Earlier totals, oldest first; the first of them is where the time begins. */
  readonly marks: readonly Mark[];
};

const mostMarks = 30;

const sentences: Readonly<Record<string, { en: string; fr: string }>> = {
  'netmonitor.web.sign_in:failed': { en: 'failed sign-ins', fr: 'connexions refusées' },
};

export const count = ruleKind({
  about: {
    en: 'A counter grows by too much within some time.',
    fr: 'Un compteur augmente trop en un certain temps.',
  },
  options: {
    metric: {
      type: 'metric',
      default: 'netmonitor.web.sign_in:failed',
      about: { en: 'which counter', fr: 'quel compteur' },
    },
    count: {
      type: 'number',
      default: 10,
      min: 1,
      about: { en: 'by how much it has to grow', fr: 'de combien il doit augmenter' },
    },
    withinMs: {
      type: 'duration',
      default: 10 * minuteMs,
      min: minuteMs,
      max: 24 * 60 * minuteMs,
      about: { en: 'within how long', fr: 'en combien de temps' },
    },
  },
  metrics: ({ metric }) => [metric],
  lookbackMs: ({ withinMs }) => withinMs + gapMs,
  outlives: true,
  begin: (wasBad): CountState => ({ isBad: wasBad, last: null, lastMs: null, total: 0, marks: [] }),
  step(before, { atMs, presence, value }, o): Judged<CountState> {
    if (presence.state !== 'up') return { state: before, verdict: 'unknown', evidence: nothingSeen };
    const grown = value === undefined ? before : taken(before, value, atMs, o.withinMs / mostMarks);
    const marks = recent(grown.marks, atMs - o.withinMs);
    const grew = grown.total - (marks[0]?.total ?? grown.total);
    const isBad = grew >= o.count || (grown.isBad && grew >= o.count / 2);
    const state = { ...grown, marks, isBad };
    const { lastMs } = state;
    if (lastMs === null || lastMs < presence.sinceMs || atMs - lastMs > gapMs)
      return { state, verdict: 'unknown', evidence: nothingSeen };
    if (!isBad) return { state, verdict: 'good', evidence: nothingSeen };
    return { state, verdict: 'bad', evidence: { count: grew, limit: o.count, withinMs: o.withinMs } };
  },
  words(evidence, subject) {
    const name = Object.hasOwn(sentences, subject) ? sentences[subject]! : subjectWords(subject);
    const within = duration(figure(evidence.withinMs));
    const grew = figure(evidence.count);
    return { en: `${grew} ${name.en} within ${within.en}`, fr: `${grew} ${name.fr} en ${within.fr}` };
  },
});

function taken(before: CountState, value: number, atMs: number, everyMs: number): CountState {
  const { last } = before;
  // A counter that fell began anew from 0.
  const step = last === null ? 0 : value < last ? value : value - last;
  const newest = before.marks.at(-1);
  const isDue = newest === undefined || atMs - newest.atMs >= everyMs;
  // A mark stands for what was there before its value came.
  const marks = isDue ? [...before.marks, { atMs, total: before.total }] : before.marks;
  return { ...before, last: value, lastMs: atMs, total: before.total + step, marks };
}

/** The newest mark that is older than the time stands for its beginning. */
function recent(marks: readonly Mark[], fromMs: number): readonly Mark[] {
  const first = marks.findLastIndex(({ atMs }) => atMs <= fromMs);
  return first <= 0 ? marks : marks.slice(first);
}
