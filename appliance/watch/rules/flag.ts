/** A sign that is set: under-voltage, a card that can only be read, a clock that nobody believes. */
import { gapMs, type Judged, minuteMs, nothingSeen, ruleKind } from './rule.ts';
import { subjectWords } from './words.ts';

type FlagState = {
  readonly isBad: boolean;
  /** Since when it is set without a break. */
  readonly setSinceMs: number | null;
  /** When it was set last. */
  readonly setMs: number | null;
  readonly lastMs: number | null;
};

/** Signs of the box have sentences of their own. */
const sentences: Readonly<Record<string, { en: string; fr: string }>> = {
  'box.clock.untrusted': {
    en: 'The box does not know what time it is: nothing is deleted by age, and tokens admit nobody',
    fr: 'Le boîtier ne sait pas l’heure : rien n’est effacé par son âge, et les jetons n’admettent personne',
  },
  'box.storage.full': {
    en: 'The card of the box is full: samples are refused and wait at the agents',
    fr: 'La carte du boîtier est pleine : les mesures sont refusées et attendent chez les agents',
  },
  'box.storage.damaged': {
    en: 'Something that the box had stored is damaged and lost; the journal says what',
    fr: 'Une partie de ce que le boîtier gardait est abîmée et perdue ; le journal dit quoi',
  },
  'system.filesystem.read_only': {
    en: 'The disk can only be read: the kernel found errors on it, and nothing is kept any more',
    fr: 'Le disque ne peut plus qu’être lu : le noyau y a trouvé des erreurs, et plus rien n’est gardé',
  },
  'hw.status:power:under-voltage': {
    en: 'The power supply is too weak (under-voltage)',
    fr: 'L’alimentation est trop faible (sous-tension)',
  },
  'hw.status:cpu:throttled': {
    en: 'The processor is slowed down, because of heat or power',
    fr: 'Le processeur est ralenti, à cause de la chaleur ou de l’alimentation',
  },
};

export const flag = ruleKind({
  about: { en: 'A sign is set.', fr: 'Un signal est levé.' },
  options: {
    metric: {
      type: 'metric',
      default: 'hw.status:*',
      about: { en: 'which series', fr: 'quelle série' },
    },
    bad: {
      type: 'number',
      default: 1,
      about: { en: 'which value is bad', fr: 'quelle valeur est mauvaise' },
    },
    forMs: {
      type: 'duration',
      default: 0,
      min: 0,
      max: 24 * 60 * minuteMs,
      about: { en: 'for how long it has to be set', fr: 'pendant combien de temps il doit être levé' },
    },
    holdMs: {
      type: 'duration',
      default: 10 * minuteMs,
      min: 0,
      max: 24 * 60 * minuteMs,
      about: {
        en: 'for how long it must not be set to be good again',
        fr: 'pendant combien de temps il doit être baissé',
      },
    },
  },
  metrics: ({ metric }) => [metric],
  lookbackMs: ({ forMs, holdMs }) => forMs + holdMs + gapMs,
  outlives: true,
  begin: (wasBad): FlagState => ({ isBad: wasBad, setSinceMs: null, setMs: null, lastMs: null }),
  step(before, { atMs, presence, value }, o): Judged<FlagState> {
    if (presence.state !== 'up') return { state: before, verdict: 'unknown', evidence: nothingSeen };
    let state = before;
    if (value !== undefined) {
      const isSet = value === o.bad;
      const setSinceMs = isSet ? (before.setSinceMs ?? atMs) : null;
      // One that was bad before the start has been set until now, as far as anybody knows.
      const setMs = isSet || (before.isBad && before.setMs === null) ? atMs : before.setMs;
      const stays = before.isBad && setMs !== null && (isSet || atMs - setMs < o.holdMs);
      const isBad = stays || (setSinceMs !== null && atMs - setSinceMs >= o.forMs);
      state = { isBad, setSinceMs, setMs, lastMs: atMs };
    }
    const { lastMs } = state;
    if (lastMs === null || lastMs < presence.sinceMs || atMs - lastMs > gapMs)
      return { state, verdict: 'unknown', evidence: nothingSeen };
    return { state, verdict: state.isBad ? 'bad' : 'good', evidence: nothingSeen };
  },
  words(_, subject) {
    if (Object.hasOwn(sentences, subject)) return sentences[subject]!;
    const name = subjectWords(subject);
    return { en: `The sign ${name.en} is set`, fr: `Le signal ${name.fr} est levé` };
  },
});
