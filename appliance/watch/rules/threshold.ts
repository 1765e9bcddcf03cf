/** A metric above or below a limit for some time. */
import type { Evidence, WatchText } from '../client/types.ts';
import { limitBegin, limitLookbackMs, limitStep } from './limit.ts';
import { minuteMs, ruleKind } from './rule.ts';
import { amount, capital, duration, figure, subjectWords, unitOf } from './words.ts';

export const threshold = ruleKind({
  about: {
    en: 'A metric is above or below a limit for some time.',
    fr: 'Une mesure dépasse une limite, ou reste dessous, pendant un certain temps.',
  },
  options: {
    metric: {
      type: 'metric',
      default: 'system.cpu.utilization',
      about: {
        en: 'which series; a star stands for any ending',
        fr: 'quelle série ; une étoile vaut toute fin',
      },
    },
    side: {
      type: 'choice',
      choices: ['above', 'below'],
      default: 'above',
      about: { en: 'on which side of the limit it is bad', fr: 'de quel côté de la limite c’est mauvais' },
    },
    limit: { type: 'number', default: 0.9, about: { en: 'the limit', fr: 'la limite' } },
    hysteresis: {
      type: 'number',
      default: 0,
      min: 0,
      about: { en: 'how far back it has to go to be good again', fr: 'de combien elle doit revenir' },
    },
    forMs: {
      type: 'duration',
      default: 5 * minuteMs,
      min: 0,
      max: 24 * 60 * minuteMs,
      about: { en: 'for how long it has to be beyond', fr: 'pendant combien de temps' },
    },
    clearMs: {
      type: 'duration',
      default: minuteMs,
      min: 0,
      max: 24 * 60 * minuteMs,
      about: {
        en: 'for how long it has to be good again',
        fr: 'pendant combien de temps elle doit être revenue',
      },
    },
  },
  metrics: ({ metric }) => [metric],
  lookbackMs: limitLookbackMs,
  begin: limitBegin,
  step: (state, input, options) =>
    limitStep(state, input.rate ?? input.value, input, {
      ...options,
      side: options.side === 'below' ? 'below' : 'above',
    }),
  words: limitWords,
});

/** “Disk /home at 97 % (limit 95 %), for 5 min” */
export function limitWords(evidence: Evidence, subject: string, unit = unitOf(subject)): WatchText {
  const name = subjectWords(subject);
  const value = amount(figure(evidence.value), unit);
  const limit = amount(figure(evidence.limit), unit);
  const forMs = figure(evidence.forMs);
  const since = forMs < 1000 ? { en: '', fr: '' } : duration(forMs);
  return {
    en: `${capital(name.en)} at ${value.en} (limit ${limit.en})${since.en && `, for ${since.en}`}`,
    fr: `${capital(name.fr)} à ${value.fr} (limite ${limit.fr})${since.fr && `, depuis ${since.fr}`}`,
  };
}
