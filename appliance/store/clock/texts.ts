/** What the journal says of the box's clock, in both languages. */
import type { ClockOrigin, JournalText } from '../client/types.ts';

const en = {
  configured: 'its configuration',
  ntp: 'the time service of the network',
  person: 'a person',
  machines: 'the clocks of the machines',
  trusted: 'The clock of the box is right, says {source}: it moved by {by}',
  changed: 'The clock of the box was set by {by}; {source} says so',
  disputed:
    '{source} shows a time that differs by {by}. Nobody else says so: the box goes on with its own, and deletes nothing by age',
  below: 'The clock of the box went back by {by}: two sources say so, one is {source}',
  confirmed: 'A person told the box the time',
  redated: '{blocks} blocks that were written before the clock was right were dated anew',
  undated:
    '{blocks} blocks keep a date that is not certain: nobody knows when they were measured. They are not deleted by age',
  second: '{n} s',
  minute: '{n} min',
  hour: '{n} h',
  day: '{n} days',
};

type Key = keyof typeof en;

const fr: Record<Key, string> = {
  configured: 'sa configuration',
  ntp: 'le service de temps du réseau',
  person: 'une personne',
  machines: 'les horloges des machines',
  trusted: 'L’horloge du boîtier est juste, selon {source} : elle a avancé de {by}',
  changed: 'L’horloge du boîtier a été réglée de {by}, selon {source}',
  disputed:
    'Selon {source}, l’heure diffère de {by}. Personne d’autre ne le dit : le boîtier garde la sienne et n’efface rien selon l’âge',
  below: 'L’horloge du boîtier a reculé de {by}, selon deux sources dont {source}',
  confirmed: 'Une personne a donné l’heure au boîtier',
  redated: '{blocks} blocs écrits avant que l’horloge soit juste ont été redatés',
  undated:
    '{blocks} blocs gardent une date incertaine : personne ne sait quand ils ont été mesurés. Ils ne sont pas effacés selon l’âge',
  second: '{n} s',
  minute: '{n} min',
  hour: '{n} h',
  day: '{n} jours',
};

export function clockTextOf(
  kind: 'trusted' | 'changed' | 'disputed' | 'below',
  source: ClockOrigin,
  byMs: number,
): JournalText {
  const of = (words: typeof en) => filled(words[kind], { source: words[source], by: spanOf(byMs, words) });
  return { en: sentence(of(en)), fr: sentence(of(fr)) };
}

export function blocksTextOf(kind: 'redated' | 'undated', blocks: number): JournalText {
  return { en: filled(en[kind], { blocks }), fr: filled(fr[kind], { blocks }) };
}

export const confirmedText: JournalText = { en: en.confirmed, fr: fr.confirmed };

function spanOf(ms: number, words: typeof en): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? '−' : '';
  const [unit, unitMs] =
    (
      [
        ['day', 2 * 86_400_000],
        ['hour', 2 * 3_600_000],
        ['minute', 2 * 60_000],
      ] as const
    ).find(([, leastMs]) => size >= leastMs) ?? (['second', 2_000] as const);
  return sign + filled(words[unit], { n: Math.round(size / (unitMs / 2)) });
}

function filled(template: string, values: Record<string, string | number>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

function sentence(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}
