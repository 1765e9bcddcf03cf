/** A probe that answers too slowly, several times in a row. */
import { staleAfterMs } from '../verdict/matrix-tally.ts';
import { type Judged, nothingSeen, ruleKind } from './rule.ts';
import { amount, figure } from './words.ts';

type LatencyState = {
  readonly isBad: boolean;
  /** How many looks there were; which of the last were above the limit, since one that was back. */
  readonly looks: number;
  readonly above: readonly number[];
  /** Looks that are back without one that is not. */
  readonly back: number;
  readonly lastS: number;
  readonly isBlind: boolean;
};

/** Of so many times the looks that it takes, those above the limit count. */
const mostLooks = 4;

export const probeLatency = ruleKind({
  about: {
    en: 'A probe answers too slowly, several times in a row.',
    fr: 'Une sonde répond trop lentement, plusieurs fois de suite.',
  },
  options: {
    limitMs: {
      type: 'duration',
      default: 1_000,
      min: 1,
      max: 60_000,
      about: { en: 'how long an answer may take', fr: 'combien de temps une réponse peut prendre' },
    },
    hysteresisMs: {
      type: 'duration',
      default: 200,
      min: 0,
      max: 60_000,
      about: { en: 'how far back it has to go to be good again', fr: 'de combien elle doit revenir' },
    },
    checks: {
      type: 'number',
      default: 3,
      min: 1,
      max: 1000,
      about: {
        en: 'how many times in a row, there and back',
        fr: 'combien de fois de suite, à l’aller et au retour',
      },
    },
  },
  metrics: () => ['probe.latency:*'],
  lookbackMs: ({ checks }, intervalMs = 0) => mostLooks * checks * staleAfterMs(intervalMs),
  begin: (wasBad): LatencyState => ({
    ...{ isBad: wasBad, looks: 0, above: [], back: 0, lastS: 0, isBlind: true },
  }),
  step(before, { presence, value }, o): Judged<LatencyState> {
    if (presence.state !== 'up') {
      const state = { ...before, above: [], back: 0, isBlind: true };
      return { state, verdict: 'unknown', evidence: nothingSeen };
    }
    const state = value === undefined ? before : taken(before, value, o);
    if (state.isBlind) return { state, verdict: 'unknown', evidence: nothingSeen };
    if (!state.isBad) return { state, verdict: 'good', evidence: nothingSeen };
    const evidence = { value: state.lastS, limit: o.limitMs / 1000, checks: o.checks };
    return { state, verdict: 'bad', evidence };
  },
  words(evidence) {
    const probe = String(evidence.probe ?? '');
    const value = amount(figure(evidence.value), 's');
    const limit = amount(figure(evidence.limit), 's');
    return {
      en: `${probe} answers slowly: ${value.en} (limit ${limit.en})`,
      fr: `${probe} répond lentement : ${value.fr} (limite ${limit.fr})`,
    };
  },
});

type Options = { limitMs: number; hysteresisMs: number; checks: number };

/** Between the limit and what is back nothing begins and nothing ends. */
function taken(before: LatencyState, valueS: number, o: Options): LatencyState {
  const isAbove = valueS * 1000 >= o.limitMs;
  const isBack = valueS * 1000 < o.limitMs - o.hysteresisMs;
  const looks = before.looks + 1;
  const recent = isBack ? [] : before.above.filter((look) => looks - look < mostLooks * o.checks);
  const above = isAbove ? [...recent, looks].slice(-o.checks) : recent;
  const back = isBack ? before.back + 1 : 0;
  const isBad = before.isBad ? back < o.checks : isAbove && above.length >= o.checks;
  return { isBad, looks, above, back, lastS: valueS, isBlind: false };
}
