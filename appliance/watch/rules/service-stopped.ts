/** A service that ran and has stopped. Judges series `system.service.up:NAME`, 1 while it runs. */
import { hourMs, minuteMs, ruleKind } from './rule.ts';
import { downBegin, downStep } from './went-down.ts';

const prefix = 'system.service.up:';

export const serviceStopped = ruleKind({
  about: { en: 'A service that ran has stopped.', fr: 'Un service qui tournait s’est arrêté.' },
  options: {
    metric: {
      type: 'metric',
      default: `${prefix}*`,
      about: { en: 'which services', fr: 'quels services' },
    },
    forMs: {
      type: 'duration',
      default: minuteMs,
      min: 0,
      max: 24 * 60 * minuteMs,
      about: { en: 'for how long', fr: 'pendant combien de temps' },
    },
  },
  metrics: ({ metric }) => [metric],
  lookbackMs: () => hourMs,
  begin: downBegin,
  step: (state, input, { forMs }) => downStep(state, input, forMs),
  words(_, subject) {
    const name = subject.slice(subject.indexOf(':') + 1);
    return { en: `Service ${name} has stopped`, fr: `Le service ${name} s’est arrêté` };
  },
});
