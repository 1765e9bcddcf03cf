/** The sentences of causes, and lists of what they explain. */
import type { WatchText } from '../client/types.ts';
import type { NetworkCause } from './cause.ts';

export const causeSentences: Readonly<Record<NetworkCause, WatchText>> = {
  box: {
    en: 'The box is cut off: nothing on its network answers. Check its cable and the switch behind it',
    fr: 'Le boîtier est isolé : rien ne répond sur son réseau. Vérifiez son câble et le commutateur',
  },
  gateway: {
    en: 'The gateway (router) of this network does not answer, and nothing behind it does',
    fr: 'La passerelle (routeur) de ce réseau ne répond pas, ni rien au-delà',
  },
  internet: {
    en: 'The internet connection of this network is down: its gateway answers, nothing outside does',
    fr: 'La connexion Internet de ce réseau est coupée : la passerelle répond, rien à l’extérieur',
  },
  names: {
    en: 'The name server of this network does not answer: names have no addresses',
    fr: 'Le serveur de noms (DNS) de ce réseau ne répond pas : les noms n’ont pas d’adresse',
  },
};

/** Of the interface that lost its link. */
export function cableSentence(name: string): WatchText {
  return {
    en: `The network cable of the box has no link (${name}): it is out, or what it leads to is off`,
    fr: `Le câble réseau du boîtier n’a plus de lien (${name}) : il est débranché, ou l’appareil au bout est éteint`,
  };
}

/** `keys` of those that vanished together, as long as they are known. */
export function momentSentence(keys: readonly string[]): WatchText {
  const count = keys.length;
  const machines = keys.filter((key) => key.startsWith('machine:')).length;
  if (count === 0)
    return {
      en: 'Several machines or devices vanished within a minute: they have something in common, such as a switch',
      fr: 'Plusieurs machines ou appareils ont disparu en une minute : ils ont un point commun, comme un commutateur',
    };
  const what =
    machines === count
      ? { en: 'machines', fr: 'machines' }
      : machines === 0
        ? { en: 'devices', fr: 'appareils' }
        : { en: 'machines and devices', fr: 'machines et appareils' };
  return {
    en: `${count} ${what.en} vanished within a minute: they have something in common, such as a switch`,
    fr: `${count} ${what.fr} ont disparu en une minute : point commun probable, comme un commutateur`,
  };
}

const mostAffected = 10;
const mostBack = 100;
const longestName = 60;
/** Of one list: an occasion takes 4,096 characters. */
const longestList = 3_200;

export function affectedWords(names: readonly string[]): WatchText | null {
  if (names.length === 0) return null;
  const { en, fr } = listed(names, mostAffected);
  return { en: `This explains ${names.length}: ${en}`, fr: `Cela en explique ${names.length} : ${fr}` };
}

export function backWords(back: readonly string[], missing: readonly string[]): WatchText | null {
  const returned = listed(back, mostBack);
  const left = listed(missing, mostAffected);
  const one = back.length === 1;
  const parts: WatchText[] = [];
  if (back.length > 0)
    parts.push({
      en: `${back.length} ${one ? 'is' : 'are'} back: ${returned.en}.`,
      fr: `${back.length} ${one ? 'est' : 'sont'} de retour : ${returned.fr}.`,
    });
  if (missing.length > 0)
    parts.push({
      en: `Not back yet, ${missing.length}: ${left.en}.`,
      fr: `Pas encore de retour, ${missing.length} : ${left.fr}.`,
    });
  if (parts.length === 0) return null;
  return { en: parts.map(({ en }) => en).join(' '), fr: parts.map(({ fr }) => fr).join(' ') };
}

function listed(names: readonly string[], most: number): WatchText {
  const shown: string[] = [];
  let length = 0;
  for (const name of [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).slice(0, most)) {
    const short = name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
    length += short.length + 2;
    if (length > longestList) break;
    shown.push(short);
  }
  const rest = names.length - shown.length;
  const text = shown.join(', ');
  if (rest === 0) return { en: text, fr: text };
  return { en: `${text} and ${rest} more`, fr: `${text} et ${rest} de plus` };
}
