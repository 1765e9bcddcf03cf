/** An interface that was up and is down. */
import { hourMs, minuteMs, ruleKind } from './rule.ts';
import { downBegin, downStep } from './went-down.ts';

const prefix = 'system.network.up:';

export const interfaceDown = ruleKind({
  about: { en: 'An interface that was up is down.', fr: 'Une interface qui marchait ne marche plus.' },
  options: {
    forMs: {
      type: 'duration',
      default: minuteMs,
      min: 0,
      max: 24 * 60 * minuteMs,
      about: { en: 'for how long', fr: 'pendant combien de temps' },
    },
  },
  metrics: () => [`${prefix}*`],
  judges: (name) => name !== `${prefix}lo`,
  lookbackMs: () => 6 * hourMs,
  outlives: true,
  begin: downBegin,
  step: (state, input, { forMs }) => downStep(state, input, forMs),
  words(_, subject) {
    const name = subject.slice(prefix.length);
    return { en: `Interface ${name} is down`, fr: `L’interface ${name} ne marche plus` };
  },
});
