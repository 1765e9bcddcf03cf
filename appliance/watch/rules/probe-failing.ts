/** A probe that fails again and again, for everybody who checks it or for some. */
import { staleAfterMs } from '../verdict/matrix-tally.ts';
import { matrixWords } from '../verdict/matrix-words.ts';
import { type Judged, minuteMs, nothingSeen, ruleKind } from './rule.ts';
import { duration, figure } from './words.ts';

type FailingState = {
  readonly isBad: boolean;
  /** Failures without a break: how many, since when. */
  readonly failures: number;
  readonly sinceMs: number;
  /** Nothing was seen since nobody knew how it is. */
  readonly isBlind: boolean;
};

export const probeFailing = ruleKind({
  about: {
    en: 'A probe fails several times in a row, or for some time.',
    fr: 'Une sonde échoue plusieurs fois de suite, ou pendant un certain temps.',
  },
  options: {
    who: {
      type: 'choice',
      choices: ['everybody', 'anybody'],
      default: 'everybody',
      about: {
        en: 'whether it has to fail for everybody who checks it, or for anybody',
        fr: 'si elle doit échouer pour tous ceux qui vérifient (everybody), ou pour un seul (anybody)',
      },
    },
    failures: {
      type: 'number',
      default: 3,
      min: 2,
      max: 1000,
      about: { en: 'how many failures in a row', fr: 'combien d’échecs de suite' },
    },
    forMs: {
      type: 'duration',
      default: 2 * minuteMs,
      min: 0,
      max: 24 * 60 * minuteMs,
      about: {
        en: 'or for how long it fails; never after one failure alone',
        fr: 'ou pendant combien de temps ; jamais après un seul échec',
      },
    },
  },
  metrics: () => ['probe.state:*'],
  lookbackMs: ({ failures }, intervalMs = 0) => failures * staleAfterMs(intervalMs),
  begin: (wasBad): FailingState => ({ isBad: wasBad, failures: 0, sinceMs: 0, isBlind: true }),
  step(before, { atMs, presence, value }, o): Judged<FailingState> {
    if (presence.state !== 'up') {
      const state = { ...before, failures: 0, isBlind: true };
      return { state, verdict: 'unknown', evidence: nothingSeen };
    }
    const state = value === undefined ? before : taken(before, value, atMs, o);
    if (state.isBlind) return { state, verdict: 'unknown', evidence: nothingSeen };
    if (!state.isBad) return { state, verdict: 'good', evidence: nothingSeen };
    return { state, verdict: 'bad', evidence: { failures: state.failures, forMs: atMs - state.sinceMs } };
  },
  words(evidence) {
    if (figure(evidence.failing) > 0) return matrixWords(evidence);
    const probe = String(evidence.probe ?? '');
    const lasts = duration(figure(evidence.forMs));
    return { en: `${probe} fails, for ${lasts.en}`, fr: `${probe} échoue, depuis ${lasts.fr}` };
  },
});

type Options = { who: string; failures: number; forMs: number };

function taken(before: FailingState, share: number, atMs: number, o: Options): FailingState {
  const fails = o.who === 'anybody' ? share < 1 : share === 0;
  if (!fails) return { isBad: false, failures: 0, sinceMs: atMs, isBlind: false };
  const failures = before.failures + 1;
  const sinceMs = failures === 1 ? atMs : before.sinceMs;
  const isLong = failures >= 2 && atMs - sinceMs >= o.forMs;
  return { isBad: before.isBad || failures >= o.failures || isLong, failures, sinceMs, isBlind: false };
}
