/** The sentences of incidents for the journal and for those who are told. */
import type { Ending, Hold, Incident, WatchText } from '../client/types.ts';
import { duration } from '../rules/words.ts';

/** Who it is, then what is wrong. */
export function incidentText(name: string | null, words: WatchText): WatchText {
  if (name === null) return words;
  return { en: `${name}: ${words.en}`, fr: `${name} : ${words.fr}` };
}

const whyHeld: Record<Hold, WatchText> = {
  maintenance: { en: 'maintenance', fr: 'maintenance' },
  quiet: { en: 'quiet hours', fr: 'heures calmes' },
  cooldown: { en: 'told of just now', fr: 'déjà annoncé il y a peu' },
  cause: { en: 'explained by another incident', fr: 'expliqué par un autre incident' },
  settling: { en: 'the cause is being looked for', fr: 'la cause est recherchée' },
};

export function openedText({ text, hold }: Incident): WatchText {
  if (hold === null) return text;
  const why = whyHeld[hold];
  return { en: `${text.en} (not told: ${why.en})`, fr: `${text.fr} (non annoncé : ${why.fr})` };
}

const endings: Record<Exclude<Ending, 'recovered'>, WatchText> = {
  'machine-removed': { en: 'the machine was removed', fr: 'la machine a été retirée' },
  'rule-removed': { en: 'the rule no longer applies', fr: 'la règle ne s’applique plus' },
  gone: { en: 'it is not measured any more', fr: 'ce n’est plus mesuré' },
};

export function resolvedText({ text, openedMs, resolvedMs, ending }: Incident): WatchText {
  const lasted = duration(Math.max(0, (resolvedMs ?? openedMs) - openedMs));
  if (ending === null || ending === 'recovered')
    return { en: `Over after ${lasted.en}: ${text.en}`, fr: `Terminé après ${lasted.fr} : ${text.fr}` };
  const why = endings[ending];
  return { en: `Closed, ${why.en}: ${text.en}`, fr: `Clos, ${why.fr} : ${text.fr}` };
}

export function repeatedText({ text, openedMs }: Incident, nowMs: number): WatchText {
  const lasts = duration(Math.max(0, nowMs - openedMs));
  return { en: `Still, for ${lasts.en}: ${text.en}`, fr: `Toujours, depuis ${lasts.fr} : ${text.fr}` };
}

export function acknowledgedText({ text, acknowledged }: Incident): WatchText {
  const { who = '', note = '' } = acknowledged ?? {};
  const said = note === '' ? '' : ` “${note}”`;
  const dit = note === '' ? '' : ` « ${note} »`;
  return { en: `${who} knows of it${said}: ${text.en}`, fr: `${who} en prend note${dit} : ${text.fr}` };
}

export function releasedText({ text }: Incident, who: string | null): WatchText {
  if (who === null)
    return {
      en: `The time of the acknowledgement is over: ${text.en}`,
      fr: `Le délai de la prise en compte est écoulé : ${text.fr}`,
    };
  return {
    en: `${who} took the acknowledgement back: ${text.en}`,
    fr: `${who} retire la prise en compte : ${text.fr}`,
  };
}
