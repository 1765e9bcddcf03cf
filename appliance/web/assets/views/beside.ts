/** The pages beside the machines, loaded when one of them is opened. */
import type { Page, View } from '../context.ts';
import { besideEn, besideFr } from '../language/beside.table.ts';
import type { Key, Words } from '../language/words.ts';
import { aboutView } from './about.ts';
import { journalView } from './journal.ts';
import { panelView } from './panel.ts';
import { waitingView } from './waiting.ts';

/** Page with the words of these pages. */
export type BesidePage = Omit<Page, 'words'> & { words: Words<Key | keyof typeof besideEn> };

const views = { waiting: waitingView, journal: journalView, panel: panelView, about: aboutView };
export type BesideName = keyof typeof views;

export const besideView = (name: BesideName, page: Page): View =>
  views[name]({ ...page, words: page.words.and({ en: besideEn, fr: besideFr }) });
