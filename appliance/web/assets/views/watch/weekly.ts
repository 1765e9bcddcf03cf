/** Times that come every week: their words, and the fields in which they are said. */
import type { Weekly } from '../../api/watch.ts';
import { h } from '../../dom/h.ts';
import type { Language } from '../../language/words.ts';
import { demand, type Field, field } from '../form.ts';
import type { WatchPage, WatchWords } from './index.ts';
import { checks } from './option-fields.ts';

const mondayMs = Date.UTC(2024, 0, 1);
const dayMs = 86_400_000;
const allDays = [1, 2, 3, 4, 5, 6, 7] as const;

function dayName(day: number, language: Language, weekday: 'short' | 'long'): string {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  return new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(mondayMs + (day - 1) * dayMs);
}

export function weeklyText({ days, from, to, zone }: Weekly, words: WatchWords): string {
  const sorted = [...days].sort();
  const short = (day: number): string => dayName(day, words.language, 'short');
  const inRow = sorted.every((day, index) => index === 0 || day === sorted[index - 1]! + 1);
  const which =
    sorted.length === 7
      ? words.say('times.daily')
      : inRow && sorted.length > 2
        ? `${short(sorted[0]!)}–${short(sorted.at(-1)!)}`
        : sorted.map(short).join(', ');
  return `${which} ${from}–${to} (${zone})`;
}

export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** All that the browser knows, and the one that is chosen. */
export function zoneField(page: WatchPage, id: string, chosen: string): Field {
  const zones = new Set([chosen, ownZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')]);
  const list = h('datalist', { id: `${id}-list` }, ...[...zones].map((value) => h('option', { value })));
  const one = field(id, page.words.say('times.zone'), null, {
    name: 'zone',
    list: `${id}-list`,
    value: chosen,
    maxlength: 64,
    autocomplete: 'off',
  });
  one.node.append(list);
  return one;
}

export type WeeklyFields = { fields: Field[]; read(): Weekly };

export function weeklyFields(page: WatchPage, id: string, weekly: Weekly | undefined): WeeklyFields {
  const { words } = page;
  const days = checks(
    `${id}-days`,
    'days',
    words.say('times.days'),
    allDays.map((day) => ({ value: String(day), text: dayName(day, words.language, 'short') })),
    new Set((weekly?.days ?? allDays).map(String)),
  );
  days.node.classList.add('in-row');
  const time = (name: 'from' | 'to', value: string): Field =>
    field(`${id}-${name}`, words.say(`times.${name}`), null, { name, type: 'time', value });
  const from = time('from', weekly?.from ?? '22:00');
  const to = time('to', weekly?.to ?? '07:00');
  const zone = zoneField(page, `${id}-zone`, weekly?.zone ?? ownZone());
  for (const one of [from, to]) one.node.classList.add('short');
  return {
    fields: [days, from, to, zone],
    read() {
      const chosen = days.values().map(Number);
      demand(days, chosen.length > 0, words.say('times.noDay'));
      for (const one of [from, to])
        demand(one, /^\d\d:\d\d/.test(one.input.value), words.say('form.missing'));
      demand(zone, zone.input.value.trim() !== '', words.say('form.missing'));
      return {
        days: chosen,
        from: from.input.value.slice(0, 5),
        to: to.input.value.slice(0, 5),
        zone: zone.input.value.trim(),
      };
    },
  };
}
