/** The pages about people and their keys, loaded when one of them is opened: few visits need them. */
import { accountCalls } from '../api/account.ts';
import type { Door, Page, View } from '../context.ts';
import { peopleEn } from '../language/people.en.table.ts';
import { peopleFr } from '../language/people.fr.table.ts';
import { accountView } from './account.ts';
import { certificateView } from './certificate.ts';
import { enrolmentView } from './enrolment.ts';
import { firstView, invitationView, recoveryView } from './first.ts';
import { peopleView } from './people.ts';
import { privacyView } from './privacy.ts';
import { programsView } from './programs.ts';

const inside = {
  account: accountView,
  people: peopleView,
  programs: programsView,
  enrolment: enrolmentView,
  certificate: certificateView,
  privacy: privacyView,
};
const outside = {
  first: firstView,
  privacy: privacyView,
  recovery: recoveryView,
  invitation: invitationView,
};

export type InsideName = keyof typeof inside;
export type OutsideName = keyof typeof outside;

const tables = { en: peopleEn, fr: peopleFr };

const own = ({ words, api }: Door) => ({
  words: words.and(tables),
  api: { ...api, ...accountCalls(api.call) },
});

export const insideView = (name: InsideName, page: Page): View => inside[name]({ ...page, ...own(page) });

export const outsideView = (name: OutsideName, door: Door): View => outside[name]({ ...door, ...own(door) });
