/** The pages of the watch: what is wrong, by which rules, when nobody is told, through what people are told, and probes. */
import { type WatchCalls, watchCalls } from '../../api/watch.ts';
import type { Page, View } from '../../context.ts';
import { watchEn } from '../../language/watch.en.table.ts';
import { watchFr } from '../../language/watch.fr.table.ts';
import type { Key, Words } from '../../language/words.ts';
import { channelsView } from './channels.ts';
import { devicesView } from './devices.ts';
import { incidentView } from './incident.ts';
import { incidentsView } from './incidents.ts';
import { probeView } from './probe.ts';
import { newProbeView, probesView } from './probes.ts';
import { newRuleView, ruleView } from './rule.ts';
import { rulesView } from './rules.ts';
import { timetablesView } from './timetables.ts';

export type WatchWords = Words<Key | keyof typeof watchEn>;
export type WatchKey = Key | keyof typeof watchEn;
/** Page with the words and the calls of these pages. */
export type WatchPage = Omit<Page, 'words'> & { words: WatchWords; watch: WatchCalls };

/** With an id: the one that is meant, or `new`. */
const views = {
  incidents: (id, page) => (id === '' ? incidentsView(page) : incidentView(page, Number(id))),
  rules: (id, page) => (id === '' ? rulesView(page) : id === 'new' ? newRuleView(page) : ruleView(page, id)),
  timetables: (_, page) => timetablesView(page),
  channels: (_, page) => channelsView(page),
  probes: (id, page) =>
    id === '' ? probesView(page) : id === 'new' ? newProbeView(page) : probeView(page, id),
  devices: (_, page) => devicesView(page),
} satisfies Record<string, (id: string, page: WatchPage) => View>;

export type WatchName = keyof typeof views;

export function watchView(name: WatchName, id: string, page: Page): View {
  const words = page.words.and({ en: watchEn, fr: watchFr });
  return views[name](id, { ...page, words, watch: watchCalls(page.api.call) });
}
