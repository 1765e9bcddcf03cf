/** An interface that receives or sends more than a limit for some time. */
import { limitBegin, limitLookbackMs, limitStep } from './limit.ts';
import { minuteMs, ruleKind } from './rule.ts';
import { limitWords } from './threshold.ts';

const prefix = 'system.network.io:';

export const bandwidth = ruleKind({
  about: {
    en: 'An interface receives or sends more than a limit for some time.',
    fr: 'Une interface reçoit ou émet plus qu’une limite pendant un certain temps.',
  },
  options: {
    direction: {
      type: 'choice',
      choices: ['either', 'receive', 'transmit'],
      default: 'either',
      about: { en: 'which direction counts', fr: 'quel sens compte' },
    },
    limit: {
      type: 'number',
      unit: 'By/s',
      default: 100e6,
      min: 1,
      about: { en: 'the limit, bytes per second', fr: 'la limite, en octets par seconde' },
    },
    forMs: {
      type: 'duration',
      default: 5 * minuteMs,
      min: 0,
      max: 24 * 60 * minuteMs,
      about: { en: 'for how long', fr: 'pendant combien de temps' },
    },
  },
  metrics: () => [`${prefix}*`],
  judges(name, { direction }) {
    if (name.startsWith(`${prefix}lo:`)) return false;
    return direction === 'either' || name.endsWith(`:${direction}`);
  },
  lookbackMs: ({ forMs }) => limitLookbackMs({ forMs, clearMs: minuteMs }),
  begin: limitBegin,
  step: (state, input, { limit, forMs }) =>
    limitStep(state, input.rate, input, {
      ...{ side: 'above', limit, forMs, hysteresis: limit * 0.1, clearMs: minuteMs },
    }),
  words: (evidence, subject) => limitWords(evidence, subject, 'By/s'),
});
