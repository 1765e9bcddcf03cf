/** `netmonitor clock`: what time the box has, and who says so; a person can tell it. */
import type { ClockState } from '../../store/client/types.ts';
import { toJson } from '../print.ts';
import { Misuse, type Text, textOption, type Verb } from './verb.ts';

const sources: Record<NonNullable<ClockState['source']>, Text> = {
  configured: { en: 'its configuration says so', fr: 'sa configuration le dit' },
  ntp: { en: 'set by the time service of the network', fr: 'réglée par le service de temps du réseau' },
  person: { en: 'told by a person', fr: 'donnée par une personne' },
  machines: { en: 'at least three machines agree', fr: 'au moins trois machines concordent' },
};

const texts = {
  trusted: { en: 'The box has the right time', fr: 'Le boîtier est à l’heure' },
  untrusted: {
    en: 'Nobody vouches for the time of the box. Tell it: netmonitor clock --confirm 2026-01-31T12:00',
    fr: 'Personne ne garantit l’heure du boîtier. Donnez-la : netmonitor clock --confirm 2026-01-31T12:00',
  },
  frozen: {
    en: 'Nothing is deleted by age: a second source has to say the same time',
    fr: 'Rien n’est effacé selon l’âge : une seconde source doit indiquer la même heure',
  },
  noTime: {
    en: 'netmonitor: --confirm takes a date and time of here, such as 2026-01-31T12:00',
    fr: 'netmonitor : --confirm attend une date et une heure locales, comme 2026-01-31T12:00',
  },
} satisfies Record<string, Text>;

const timePattern = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?$/;

export const clock: Verb = {
  about: { en: 'show the time of the box, or tell it', fr: 'montrer l’heure du boîtier, ou la donner' },
  usage: '',
  mostWords: 0,
  options: {
    confirm: {
      type: 'string',
      value: 'TIME',
      about: { en: 'the time that it is here now', fr: 'l’heure qu’il est ici' },
    },
  },
  async run(call) {
    const { box, terminal, language } = call;
    const said = textOption(call, 'confirm');
    let state: ClockState;
    if (said === undefined) state = await box.store.clock();
    else {
      const confirmedMs = timePattern.test(said) ? Date.parse(said.replace(' ', 'T')) : Number.NaN;
      if (Number.isNaN(confirmedMs)) throw new Misuse(texts.noTime[language]);
      const by = { who: call.user, role: 'admin', from: 'console' };
      state = await box.store.confirmClock(confirmedMs, by);
    }
    if (call.json) terminal.print(toJson(state, 2));
    else {
      const boxMs = call.nowMs + state.correctionMs;
      terminal.print(new Date(boxMs).toLocaleString(language, { dateStyle: 'full', timeStyle: 'medium' }));
      const why = state.source && `${texts.trusted[language]}: ${sources[state.source][language]}`;
      terminal.print(why ?? terminal.paint('attention', texts.untrusted[language]));
      if (state.trusted && !state.retention)
        terminal.print(terminal.paint('attention', texts.frozen[language]));
    }
    return state.trusted ? 0 : 1;
  },
};
