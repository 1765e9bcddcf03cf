/** Something that comes and goes too often: the machine itself, or a series that is 0 or 1. */
import { type Input, type Judged, minuteMs, nothingSeen, ruleKind } from './rule.ts';
import { duration, figure, subjectWords } from './words.ts';

type FlappingState = {
  readonly isBad: boolean;
  readonly isUp: boolean | null;
  readonly changes: readonly number[];
};

const mostChanges = 64;

export const flapping = ruleKind({
  about: {
    en: 'A machine, an interface or a probe comes and goes too often.',
    fr: 'Une machine, une interface ou une sonde va et vient trop souvent.',
  },
  options: {
    metric: {
      type: 'metric',
      default: '',
      about: {
        en: 'which series (0 or 1); empty: whether the machine is heard',
        fr: 'quelle série (0 ou 1) ; vide : si la machine répond',
      },
    },
    changes: {
      type: 'number',
      default: 6,
      min: 2,
      max: mostChanges,
      about: { en: 'how many changes are too many', fr: 'combien de changements sont de trop' },
    },
    withinMs: {
      type: 'duration',
      default: 30 * minuteMs,
      min: minuteMs,
      max: 24 * 60 * minuteMs,
      about: { en: 'within how long', fr: 'en combien de temps' },
    },
  },
  metrics: ({ metric }) => (metric === '' ? [] : [metric]),
  lookbackMs: ({ withinMs }) => withinMs,
  outlives: true,
  begin: (wasBad): FlappingState => ({ isBad: wasBad, isUp: null, changes: [] }),
  step(before, input, o): Judged<FlappingState> {
    const isUp = o.metric === '' ? heard(input) : measured(before, input);
    const changed = isUp !== null && before.isUp !== null && isUp !== before.isUp;
    const left = before.changes.filter((atMs) => atMs > input.atMs - o.withinMs);
    const changes = changed ? [...left, input.atMs].slice(-mostChanges) : left;
    // It may have been good for a while since the last input.
    const isBad = changes.length >= o.changes || (before.isBad && left.length >= o.changes / 2);
    const state = { isBad, isUp, changes };
    if (o.metric !== '' && isUp === null) return { state, verdict: 'unknown', evidence: nothingSeen };
    if (!isBad) return { state, verdict: 'good', evidence: nothingSeen };
    return { state, verdict: 'bad', evidence: { changes: changes.length, withinMs: o.withinMs } };
  },
  words(evidence, subject) {
    const { probe } = evidence;
    const isProbe = typeof probe === 'string';
    const name = isProbe
      ? { en: probe, fr: probe }
      : subject === ''
        ? { en: '', fr: '' }
        : subjectWords(subject);
    const within = duration(figure(evidence.withinMs));
    const times = figure(evidence.changes);
    return {
      en: `Comes and goes${name.en && ` (${name.en})`}: ${times} changes within ${within.en}`,
      fr: `Va et vient${name.fr && ` (${name.fr})`} : ${times} changements en ${within.fr}`,
    };
  },
});

/** Asleep and off are no coming and going. */
function heard({ presence: { state } }: Input): boolean | null {
  if (state === 'up') return true;
  return state === 'asleep' || state === 'off' ? null : false;
}

function measured(before: FlappingState, { presence, value }: Input): boolean | null {
  if (presence.state !== 'up') return null;
  return value === undefined ? before.isUp : value >= 0.5;
}
