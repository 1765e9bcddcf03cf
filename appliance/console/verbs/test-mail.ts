/** `netmonitor test-mail`: sends a test through a channel, and says what its server said; or finds out what a server offers. */
import { plain, toJson } from '../print.ts';
import type { Language } from '../words.ts';
import { type Call, Misuse, type Text, textOption, type Verb } from './verb.ts';

const words = {
  none: { en: 'There is no channel yet.', fr: 'Il n’y a pas encore de canal.' },
  which: { en: 'Which channel? There are: {0}', fr: 'Quel canal ? Il y a : {0}' },
  sent: { en: 'Sent through “{0}”: {1}', fr: 'Envoyé par « {0} » : {1}' },
  refused: { en: 'Not sent through “{0}”: {1}', fr: 'Non envoyé par « {0} » : {1}' },
  fingerprint: {
    en: 'The certificate of the server has the SHA-256 {0}',
    fr: 'Le certificat du serveur a le SHA-256 {0}',
  },
  silent: { en: 'port {0}: nothing ({1})', fr: 'port {0} : rien ({1})' },
  open: { en: 'port {0}: not encrypted · {1}', fr: 'port {0} : sans chiffrement · {1}' },
  encrypts: { en: 'port {0}: {1}, certificate of {2} · {3}', fr: 'port {0} : {1}, certificat de {2} · {3}' },
  vouched: { en: 'an authority vouches for it', fr: 'garanti par une autorité' },
  doubted: { en: 'nobody vouches for it: {0}', fr: 'garanti par personne : {0}' },
  suggested: {
    en: 'Choose: port {0}, security {1}',
    fr: 'Choisissez : port {0}, security {1}',
  },
  server: { en: 'Server: {0}', fr: 'Serveur : {0}' },
  toTrust: {
    en: 'and trust its certificate, if it is that of your server: fingerprint {0}',
    fr: 'et faites confiance à son certificat, si c’est bien celui de votre serveur : fingerprint {0}',
  },
  nobody: { en: 'No mail server answers at {0}.', fr: 'Aucun serveur de courriel ne répond à {0}.' },
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
  options: {
    find: {
      type: 'string',
      value: 'HOST|ADDRESS',
      about: {
        en: 'find out how a mail server (or that of a mail address) is spoken to: its ports, encryption and certificate',
        fr: 'trouver comment parler à un serveur de courriel (ou à celui d’une adresse) : ports, chiffrement, certificat',
      },
    },
  },
  async run(call) {
    const { box, terminal, language, json, words: given } = call;
    const host = textOption(call, 'find');
    if (host !== undefined) return found(call, host);
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
      terminal.print(filled(sentence, language, channel.name, tested.texts?.[language] ?? tested.words));
      if (tested.fingerprint !== null) terminal.print(filled('fingerprint', language, tested.fingerprint));
    }
    return tested.delivered ? 0 : 1;
  },
};

async function found({ box, terminal, language, json }: Call, host: string): Promise<0 | 1> {
  const offer = await box.watch.mailOffer(host);
  if (json) terminal.print(toJson(offer, 2));
  else {
    if (offer.host !== host) terminal.print(filled('server', language, offer.host));
    for (const answer of offer.answers) {
      const { security, words: said, names, doubt } = answer;
      const port = String(answer.port);
      if (security === null) terminal.print(filled('silent', language, port, said));
      else if (security === 'none') terminal.print(filled('open', language, port, said));
      else {
        const worth = doubt === null ? filled('vouched', language) : filled('doubted', language, doubt);
        terminal.print(filled('encrypts', language, port, security, names.join(', ') || '?', worth));
      }
    }
    const { suggestion } = offer;
    if (suggestion === null) terminal.print(filled('nobody', language, host));
    else {
      terminal.print(filled('suggested', language, String(suggestion.port), suggestion.security));
      if (suggestion.fingerprint !== null)
        terminal.print(filled('toTrust', language, suggestion.fingerprint));
    }
  }
  return offer.suggestion === null ? 1 : 0;
}
