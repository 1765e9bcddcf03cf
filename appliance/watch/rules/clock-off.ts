/** A machine whose clock is off. */
import { limitBegin, limitLookbackMs, limitStep } from './limit.ts';
import { minuteMs, ruleKind } from './rule.ts';
import { amount, figure } from './words.ts';

export const clockOff = ruleKind({
  about: { en: 'The clock of a machine is off.', fr: 'L’horloge d’une machine est fausse.' },
  options: {
    limit: {
      type: 'number',
      unit: 's',
      default: 60,
      min: 0.001,
      about: { en: 'by how many seconds', fr: 'de combien de secondes' },
    },
    forMs: {
      type: 'duration',
      default: 5 * minuteMs,
      min: 0,
      max: 24 * 60 * minuteMs,
      about: { en: 'for how long', fr: 'pendant combien de temps' },
    },
  },
  metrics: () => ['system.clock.offset'],
  lookbackMs: ({ forMs }) => limitLookbackMs({ forMs, clearMs: minuteMs }),
  begin: limitBegin,
  step: (state, input, { limit, forMs }) =>
    limitStep(state, input.value === undefined ? undefined : Math.abs(input.value), input, {
      ...{ side: 'above', limit, forMs, hysteresis: limit * 0.2, clearMs: minuteMs },
    }),
  words(evidence) {
    const by = amount(figure(evidence.value), 's');
    return { en: `The clock is off by ${by.en}`, fr: `L’horloge est fausse de ${by.fr}` };
  },
});
