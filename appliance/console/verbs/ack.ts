/** `netmonitor ack`: somebody knows; it is told no more until it is over, or until a time that is named. */
import { plain, toJson } from '../print.ts';
import { parseAge } from '../times.ts';
import { words } from './alerts-words.table.ts';
import { type Call, Misuse, textOption, type Verb } from './verb.ts';

export const ack: Verb = {
  about: {
    en: 'say that you know of an alert, with a note for the others',
    fr: 'prendre en compte une alerte, avec une note pour les autres',
  },
  usage: 'NO [NOTE]',
  mostWords: 64,
  options: {
    for: {
      type: 'string',
      value: 'TIME',
      about: {
        en: 'then tell it again: 90min, 8h, 2d (otherwise not before it is over)',
        fr: 'l’annoncer de nouveau après : 90min, 8h, 2j (sinon pas avant sa fin)',
      },
    },
    release: {
      type: 'boolean',
      about: { en: 'take the acknowledgement back', fr: 'retirer la prise en compte' },
    },
  },
  async run(call) {
    const { box, terminal, language, nowMs } = call;
    const [number = '', ...note] = call.words;
    if (!/^[1-9]\d{0,8}$/.test(number)) throw new Misuse(words.needsNumber[language]);
    const id = Number(number);
    const by = { who: call.user, role: 'admin', from: 'console' };
    const isRelease = call.values.release === true;
    const forMs = pause(call);
    const said = { note: note.join(' '), untilMs: forMs === null ? null : nowMs + forMs };
    const incident = isRelease ? await box.watch.release(id, by) : await box.watch.acknowledge(id, said, by);
    if (call.json) terminal.print(toJson(incident, 2));
    else {
      const sentence = isRelease ? words.released : words.acknowledged;
      terminal.print(plain(sentence[language].replace('{0}', () => incident.text[language])));
    }
    return 0;
  },
};

function pause(call: Call): number | null {
  const given = textOption(call, 'for');
  if (given === undefined) return null;
  const ms = parseAge(given);
  if (ms === null || ms === 0) throw new Misuse(words.needsAge[call.language]);
  return ms;
}
