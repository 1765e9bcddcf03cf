/** Deliveries as letters, in the language of the channel; and what the journal says of channels. */
import type { ChannelLanguage, Delivery, DeliveryItem } from '../client/channels.ts';
import { severities, type WatchText } from '../client/types.ts';
import type { Letter } from '../notifiers/notifier.ts';
import { duration } from '../rules/words.ts';
import type { Definition } from './channels.ts';

const en = {
  more: '{text} (and {count} more)',
  together: '{count} messages: {text}',
  between: '; ',
  late: 'This message is {late} late.',
  over: 'It is over meanwhile, since {when}.',
  someOver: 'Over meanwhile: {count} of these.',
  overSubject: 'Over meanwhile: {text}',
  look: 'See it, or say that you know of it',
  lookBack: 'See how it went',
  lookAtAll: 'See what is wrong now',
  lookAtPage: 'Open the page of the box',
  times: 'times: {zone}',
  heading: '{count} messages of NetMonitor',
  instead: 'It comes this way because {channel} does not work.',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
  good: 'Over',
  works: 'Test',
  test: 'Test of NetMonitor',
  tested: 'This channel works: messages of NetMonitor arrive here.',
};
const fr: Record<keyof typeof en, string> = {
  more: '{text} (et {count} autres)',
  together: '{count} messages : {text}',
  between: ' ; ',
  late: 'Ce message arrive avec {late} de retard.',
  over: 'C’est terminé entre-temps, depuis {when}.',
  someOver: 'Terminé entre-temps : {count} de ces messages.',
  overSubject: 'Terminé entre-temps : {text}',
  look: 'Voir, ou en prendre note',
  lookBack: 'Voir comment cela s’est passé',
  lookAtAll: 'Voir ce qui ne va pas',
  lookAtPage: 'Ouvrir la page du boîtier',
  times: 'heures : {zone}',
  heading: '{count} messages de NetMonitor',
  instead: 'Il passe par ici parce que {channel} ne fonctionne pas.',
  low: 'Mineur',
  medium: 'Moyen',
  high: 'Grave',
  critical: 'Critique',
  good: 'Terminé',
  works: 'Essai',
  test: 'Essai de NetMonitor',
  tested: 'Ce canal fonctionne : les messages de NetMonitor arrivent ici.',
};
const sentences = { en, fr };

/** What seems to be older by a week was told by a clock that was wrong. */
const strangeFromMs = 7 * 86_400_000;

export function letterOf(
  delivery: Delivery,
  { language, zone }: Definition,
  o: {
    nowMs: number;
    lateFromMs: number;
    /** Where the page of the box is. */
    page: string | null;
    nameOf(channel: string): string;
    /** When an incident was over whose end waits to be told through the same channel. */
    overMs(incident: number): number | null;
  },
): Letter {
  const words = sentences[language];
  const { items, dueMs, instead } = delivery;
  const first = worstOf(items);
  const since = dueMs ?? Math.min(...items.map(({ atMs }) => atMs));
  const lateMs = o.nowMs - since;
  const notes: string[] = [];
  let isOver = false;
  if (lateMs >= o.lateFromMs && lateMs < strangeFromMs) {
    notes.push(words.late.replace('{late}', () => duration(lateMs)[language]));
    const over = items.flatMap(({ kind, incident }) =>
      kind === 'recovered' ? [] : (o.overMs(incident) ?? []),
    );
    const [atMs] = over;
    isOver = atMs !== undefined && items.length === 1;
    if (atMs !== undefined && items.length === 1)
      notes.push(words.over.replace('{when}', () => whenOf(atMs, language, zone)));
    else if (atMs !== undefined) notes.push(words.someOver.replace('{count}', () => String(over.length)));
  }
  if (instead[0] !== undefined) {
    const name = o.nameOf(instead[0]);
    notes.push(words.instead.replace('{channel}', () => name));
  }
  const subject = subjectOf(items, first, language);
  return {
    messageId: idOf(delivery.messageId),
    thread: items.length === 1 ? `incident-${first.incident}` : null,
    severity: first.severity,
    isGood: items.every(({ kind }) => kind === 'recovered'),
    subject: isOver ? words.overSubject.replace('{text}', () => subject) : subject,
    ...(items.length > 1 ? { heading: words.heading.replace('{count}', () => String(items.length)) } : {}),
    link: linkOf(o.page, items, language, isOver),
    times: words.times.replace('{zone}', () => zone),
    items: items.map(({ incident, severity, kind, text, more, next, atMs }) => ({
      ...{ incident, severity, isGood: kind === 'recovered', text: text[language] },
      label: words[kind === 'recovered' ? 'good' : severity],
      ...(more === undefined ? {} : { more: more[language] }),
      ...(next === undefined || isOver ? {} : { next: next[language] }),
      when: whenOf(atMs, language, zone),
    })),
    notes,
    atMs: Math.min(...items.map(({ atMs }) => atMs)),
    saidMs: o.nowMs,
    isTest: false,
  };
}

export function testLetter(
  { language, zone }: Definition,
  { nowMs, id, page }: { nowMs: number; id: string; page: string | null },
): Letter {
  const { test, tested, works, times, lookAtPage } = sentences[language];
  const when = whenOf(nowMs, language, zone);
  return {
    ...{ messageId: idOf(id), thread: null, severity: 'low', isGood: true, subject: test },
    link: page === null ? null : { url: page, text: lookAtPage },
    times: times.replace('{zone}', () => zone),
    items: [{ incident: 0, severity: 'low', isGood: true, label: works, when, text: tested }],
    ...{ notes: [], atMs: nowMs, saidMs: nowMs, isTest: true },
  };
}

function linkOf(
  page: string | null,
  items: readonly DeliveryItem[],
  language: ChannelLanguage,
  isOver: boolean,
): Letter['link'] {
  if (page === null) return null;
  const { look, lookBack, lookAtAll } = sentences[language];
  const [only] = items;
  if (only === undefined || items.length > 1) return { url: `${page}/incidents`, text: lookAtAll };
  const text = isOver || only.kind === 'recovered' ? lookBack : look;
  return { url: `${page}/incidents/${only.incident}`, text };
}

/** The first 50 characters are all that many lists show: what it is about comes first. */
function subjectOf(items: readonly DeliveryItem[], first: DeliveryItem, language: ChannelLanguage): string {
  const words = sentences[language];
  const text = first.text[language];
  if (items.length === 1) return text;
  if (first.severity === 'low') {
    const all = [first, ...items.filter((one) => one !== first)].map((one) => one.text[language]);
    const some = all.slice(0, mostInSubject).join(words.between);
    const together = all.length > mostInSubject ? `${some} …` : some;
    return words.together.replace('{count}', () => String(items.length)).replace('{text}', () => together);
  }
  return words.more.replace('{text}', () => text).replace('{count}', () => String(items.length - 1));
}

const mostInSubject = 3;

/** What is bad before what is over, then the most severe. */
function worstOf(items: readonly DeliveryItem[]): DeliveryItem {
  const rank = ({ kind, severity }: DeliveryItem) =>
    (kind === 'recovered' ? 0 : severities.length) + severities.indexOf(severity);
  return items.reduce((worst, one) => (rank(one) > rank(worst) ? one : worst));
}

function whenOf(atMs: number, language: ChannelLanguage, timeZone: string): string {
  return new Date(atMs).toLocaleString(language === 'fr' ? 'fr-FR' : 'en-GB', {
    ...{ timeZone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  });
}

const idOf = (id: string) => id.replaceAll(/[^A-Za-z0-9.-]/g, '-');

export const journal = {
  failing: (name: string, words: string): WatchText => ({
    en: `The channel “${name}” does not work: ${words}`,
    fr: `Le canal « ${name} » ne fonctionne pas : ${words}`,
  }),
  working: (name: string): WatchText => ({
    en: `The channel “${name}” works again`,
    fr: `Le canal « ${name} » fonctionne de nouveau`,
  }),
  undelivered: (name: string, text: WatchText, words: string): WatchText => ({
    en: `Not delivered through “${name}” (${words}): ${text.en}`,
    fr: `Non remis par « ${name} » (${words}) : ${text.fr}`,
  }),
};
