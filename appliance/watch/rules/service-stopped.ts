/** A service that ran and has failed or stopped. Judges `system.service.up:NAME`: 1 runs, 0.25 stopped, 0 failed. */
import { minuteMs, ruleKind } from './rule.ts';
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
    counts: {
      type: 'choice',
      choices: ['failed', 'stopped'],
      default: 'failed',
      about: {
        en: 'what is bad: only failures, or every stop',
        fr: 'ce qui est mauvais : les échecs seulement, ou tout arrêt',
      },
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
  // It is no series of the store.
  lookbackMs: () => 0,
  begin: downBegin,
  step(state, input, { counts, forMs }) {
    const { value } = input;
    const least = counts === 'stopped' ? 0.5 : 0.2;
    return downStep(state, { ...input, value: value === undefined ? value : Number(value >= least) }, forMs);
  },
  words(_, subject) {
    const name = subject.slice(subject.indexOf(':') + 1);
    return { en: `Service ${name} does not run any more`, fr: `Le service ${name} ne tourne plus` };
  },
});
