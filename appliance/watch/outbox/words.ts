/** Deliveries as letters, in the language of the channel; and what the journal says of channels. */
import type { ChannelLanguage, Delivery, DeliveryItem } from '../client/channels.ts';
import { severities, type WatchText } from '../client/types.ts';
import type { Letter } from '../notifiers/notifier.ts';
import { duration } from '../rules/words.ts';
import type { Definition } from './channels.ts';

const en = {
  more: '{text} (and {count} more)',
  together: '{count} messages of NetMonitor',
  late: 'This message is {late} late.',
  over: 'It is over meanwhile, since {when}.',
  someOver: 'Over meanwhile: {count} of these.',
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
  together: '{count} messages de NetMonitor',
  late: 'Ce message arrive avec {late} de retard.',
  over: 'C’est terminé entre-temps, depuis {when}.',
  someOver: 'Terminé entre-temps : {count} de ces messages.',
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
  if (lateMs >= o.lateFromMs && lateMs < strangeFromMs) {
    notes.push(words.late.replace('{late}', () => duration(lateMs)[language]));
    const over = items.flatMap(({ kind, incident }) =>
      kind === 'recovered' ? [] : (o.overMs(incident) ?? []),
    );
    const [atMs] = over;
    if (atMs !== undefined && items.length === 1)
      notes.push(words.over.replace('{when}', () => whenOf(atMs, language, zone)));
    else if (atMs !== undefined) notes.push(words.someOver.replace('{count}', () => String(over.length)));
  }
  if (instead[0] !== undefined) {
    const name = o.nameOf(instead[0]);
    notes.push(words.instead.replace('{channel}', () => name));
  }
  return {
    messageId: idOf(delivery.messageId),
    thread: items.length === 1 ? `incident-${first.incident}` : null,
    severity: first.severity,
    isGood: items.every(({ kind }) => kind === 'recovered'),
    subject: subjectOf(items, first, language, dueMs !== null),
    items: items.map(({ incident, severity, kind, text, more, atMs }) => ({
      ...{ incident, severity, isGood: kind === 'recovered', text: text[language] },
      label: words[kind === 'recovered' ? 'good' : severity],
      ...(more === undefined ? {} : { more: more[language] }),
      when: whenOf(atMs, language, zone),
    })),
    notes,
    atMs: Math.min(...items.map(({ atMs }) => atMs)),
    saidMs: o.nowMs,
    isTest: false,
  };
}

export function testLetter({ language, zone }: Definition, nowMs: number, id: string): Letter {
  const { test, tested, works } = sentences[language];
  const when = whenOf(nowMs, language, zone);
  return {
    ...{ messageId: idOf(id), thread: null, severity: 'low', isGood: true, subject: test },
    items: [{ incident: 0, severity: 'low', isGood: true, label: works, when, text: tested }],
    ...{ notes: [], atMs: nowMs, saidMs: nowMs, isTest: true },
  };
}

function subjectOf(
  items: readonly DeliveryItem[],
  first: DeliveryItem,
  language: ChannelLanguage,
  isGathered: boolean,
): string {
  const words = sentences[language];
  const text = first.text[language];
  if (items.length === 1) return text;
  if (isGathered && first.severity === 'low')
    return words.together.replace('{count}', () => String(items.length));
  return words.more.replace('{text}', () => text).replace('{count}', () => String(items.length - 1));
}

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
