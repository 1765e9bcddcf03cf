/** What `probe` says, in English and French. */
import type { Verdict } from '../../watch/client/types.ts';
import { plain } from '../print.ts';
import type { Language } from '../words.ts';
import type { Text } from './verb.ts';

export const verdictWords: Record<Verdict, Text> = {
  good: { en: 'good', fr: 'bon' },
  bad: { en: 'bad', fr: 'mauvais' },
  unknown: { en: 'unknown', fr: 'inconnu' },
};

export const foundWords: Record<'up' | 'down' | 'unknown', Text> = {
  up: { en: 'up', fr: 'répond' },
  down: { en: 'down', fr: 'en panne' },
  unknown: { en: 'unknown', fr: 'inconnu' },
};

const words = {
  none: {
    en: 'There is no probe yet: netmonitor probe add makes one.',
    fr: 'Il n’y a pas encore de sonde : netmonitor probe add en crée une.',
  },
  noSuch: {
    en: 'There is no probe {0}; netmonitor probe lists them.',
    fr: 'Il n’y a pas de sonde {0} ; netmonitor probe les liste.',
  },
  several: {
    en: 'Several probes are called {0}: name one by its id ({1}).',
    fr: 'Plusieurs sondes s’appellent {0} : désignez-en une par son identifiant ({1}).',
  },
  whatToDo: {
    en: 'probe takes list, show, add, change, start, stop, run or remove.',
    fr: 'probe prend list, show, add, change, start, stop, run ou remove.',
  },
  whichProbe: {
    en: 'Which probe? Say its name or id.',
    fr: 'Quelle sonde ? Donnez son nom ou son identifiant.',
  },
  kind: { en: 'Kind', fr: 'Genre' },
  target: { en: 'Target', fr: 'Cible' },
  verdict: { en: 'Verdict', fr: 'Verdict' },
  says: { en: 'In words', fr: 'En clair' },
  from: { en: 'From', fr: 'Depuis' },
  last: { en: 'Last', fr: 'Dernière' },
  took: { en: 'Took', fr: 'Durée' },
  why: { en: 'Why', fr: 'Pourquoi' },
  theBox: { en: 'the box', fr: 'le boîtier' },
  machineNo: { en: 'no. {0}', fr: 'n° {0}' },
  stopped: { en: 'stopped', fr: 'arrêtée' },
  every: { en: 'every {0}', fr: 'toutes les {0}' },
  builtIn: { en: 'comes with the program', fr: 'fournie avec le programme' },
  beyond: { en: 'may leave the local networks', fr: 'peut sortir des réseaux locaux' },
  behind: { en: 'behind {0}', fr: 'derrière {0}' },
  groups: { en: 'groups: {0}', fr: 'groupes : {0}' },
  incident: { en: 'alert no. {0}', fr: 'alerte n° {0}' },
  reached: { en: 'Reached', fr: 'Joignable' },
  mean: { en: 'mean {0}, longest {1}', fr: 'moyenne {0}, maximum {1}' },
  notKnown: { en: 'nothing known', fr: 'rien de connu' },
  knownFor: { en: 'known for {0}', fr: 'connu pendant {0}' },
  needsKind: {
    en: 'add needs a kind ({0}) and a name, for instance: netmonitor probe add tcp NAS --host=nas.lan --port=445',
    fr: 'add demande un genre ({0}) et un nom, par exemple : netmonitor probe add tcp NAS --host=nas.lan --port=445',
  },
  needsOption: { en: '{0} needs --{1}: {2}.', fr: '{0} demande --{1} : {2}.' },
  noOption: {
    en: '{0} has no --{1}; it has {2}.',
    fr: '{0} n’a pas de --{1} ; options possibles : {2}.',
  },
  badOption: { en: '--{0}: {1}', fr: '--{0} : {1}' },
  needsTime: {
    en: '--every takes a time such as 20s, 5min or 1h, from 5s to 1d.',
    fr: '--every demande une durée comme 20s, 5min ou 1h, de 5s à 1d.',
  },
  nothingToChange: {
    en: 'change needs at least one option: see netmonitor probe --help.',
    fr: 'change demande au moins une option : voir netmonitor probe --help.',
  },
  both: { en: '--{0} and --{1} contradict each other.', fr: '--{0} et --{1} se contredisent.' },
  askKind: { en: 'What shall be looked at?', fr: 'Que faut-il surveiller ?' },
  askKindPrompt: { en: 'Kind', fr: 'Genre' },
  noSuchKind: { en: 'There is no kind {0}.', fr: 'Il n’y a pas de genre {0}.' },
  askName: { en: 'Name for people', fr: 'Nom à afficher' },
  askMore: {
    en: 'Other settings? [yes/no] ',
    fr: 'En choisir d’autres ? [oui/non] ',
  },
  usual: { en: 'Usual settings:', fr: 'Réglages habituels :' },
  notWhole: { en: 'Type a whole number.', fr: 'Tapez un nombre entier.' },
  askEvery: { en: 'How often', fr: 'Fréquence' },
  askFrom: {
    en: 'From which machines (names, with commas between)',
    fr: 'Depuis quelles machines (noms, séparés par des virgules)',
  },
  askBeyond: {
    en: '{0} is not in a local network. Shall this probe leave the local networks? [yes/no] ',
    fr: '{0} n’est pas dans un réseau local. Cette sonde peut-elle en sortir ? [oui/non] ',
  },
  needed: { en: 'This is needed.', fr: 'C’est nécessaire.' },
  empty: { en: 'nothing', fr: 'rien' },
  summary: { en: '{0}: {1} {2}, every {3}, from {4}.', fr: '{0} : {1} {2}, toutes les {3}, depuis {4}.' },
  askMake: { en: 'Make it? [yes/no] ', fr: 'La créer ? [oui/non] ' },
  notMade: { en: 'Nothing was made.', fr: 'Rien n’a été créé.' },
  made: {
    en: 'Made “{0}” ({1}). It is looked at within ten seconds: netmonitor probe show {1}',
    fr: '« {0} » est créée ({1}). Première vérification d’ici dix secondes : netmonitor probe show {1}',
  },
  madeStopped: { en: 'Made “{0}” ({1}), stopped.', fr: '« {0} » est créée ({1}), arrêtée.' },
  changed: { en: 'Changed “{0}”.', fr: '« {0} » est modifiée.' },
  isStarted: { en: 'Started “{0}”.', fr: '« {0} » est démarrée.' },
  isStopped: { en: 'Stopped “{0}”.', fr: '« {0} » est arrêtée.' },
  notHeard: {
    en: 'Nothing was heard of it within {0} s: netmonitor probe show {1} says what is known.',
    fr: 'Rien reçu en {0} s : netmonitor probe show {1} dit ce qui est connu.',
  },
  askRemove: {
    en: 'Remove “{0}” ({1})? What it measured stays. [yes/no] ',
    fr: 'Supprimer « {0} » ({1}) ? Ses mesures restent. [oui/non] ',
  },
  notRemoved: { en: 'Nothing was removed.', fr: 'Rien n’a été supprimé.' },
  notRemovedYes: {
    en: 'Nothing was removed. With --yes it is removed without a question.',
    fr: 'Rien n’a été supprimé. Avec --yes, elle l’est sans question.',
  },
  removed: { en: 'Removed “{0}”.', fr: '« {0} » est supprimée.' },
} as const satisfies Record<string, Text>;

export function saying(language: Language) {
  return (key: keyof typeof words, ...parts: readonly (string | number)[]): string =>
    plain(words[key][language].replaceAll(/\{(\d)\}/g, (_, at: string) => String(parts[Number(at)] ?? '')));
}
