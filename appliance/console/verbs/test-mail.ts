/** `netmonitor test-mail`: sends a test through a channel, and says what its server said. */
import { plain, toJson } from '../print.ts';
import type { Language } from '../words.ts';
import { Misuse, type Text, type Verb } from './verb.ts';

const words = {
  none: { en: 'There is no channel yet.', fr: 'Il n’y a pas encore de canal.' },
  which: { en: 'Which channel? There are: {0}', fr: 'Quel canal ? Il y a : {0}' },
  sent: { en: 'Sent through “{0}”: {1}', fr: 'Envoyé par « {0} » : {1}' },
  refused: { en: 'Not sent through “{0}”: {1}', fr: 'Non envoyé par « {0} » : {1}' },
  fingerprint: {
    en: 'The certificate of the server has the SHA-256 {0}',
    fr: 'Le certificat du serveur a le SHA-256 {0}',
  },
} as const satisfies Record<string, Text>;

const filled = (name: keyof typeof words, language: Language, ...parts: string[]) =>
  plain(words[name][language].replaceAll(/\{(\d)\}/g, (_, at: string) => parts[Number(at)] ?? ''));

export const testMail: Verb = {
  about: {
    en: 'send a test mail (or a test through another channel), and show what the server says',
    fr: 'envoyer un courriel d’essai (ou un essai par un autre canal), et montrer la réponse du serveur',
  },
  usage: '[CHANNEL]',
  mostWords: 16,
  options: {},
  async run({ box, terminal, language, json, words: given }) {
    const { channels } = await box.watch.channels();
    const wanted = given.join(' ');
    const fits =
      wanted === ''
        ? channels.filter(({ kind }) => kind === 'mail')
        : channels.filter(({ id, name }) => id === wanted || name === wanted);
    const [channel] = fits;
    if (channel === undefined || fits.length > 1) {
      const names = channels.map(({ id, name }) => `${name} (${id})`).join(', ');
      throw new Misuse(names === '' ? words.none[language] : filled('which', language, names));
    }
    const tested = await box.watch.testChannel(channel.id);
    if (json) terminal.print(toJson(tested, 2));
    else {
      const sentence = tested.delivered ? 'sent' : 'refused';
      terminal.print(filled(sentence, language, channel.name, tested.words));
      if (tested.fingerprint !== null) terminal.print(filled('fingerprint', language, tested.fingerprint));
    }
    return tested.delivered ? 0 : 1;
  },
};
