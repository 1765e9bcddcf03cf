/** Why a probe did not find what it looks for, in words. What exactly it saw stands in the detail of the reason. */
import type { ProbeText } from './kinds.table.ts';

export const probeReasons = {
  REFUSED: { en: 'the connection was refused', fr: 'la connexion a été refusée' },
  TIMEOUT: { en: 'no full answer in time', fr: 'pas de réponse complète à temps' },
  SILENT: {
    en: 'nothing came back, which may mean anything',
    fr: 'rien n’est revenu, ce qui peut tout dire',
  },
  UNREACHABLE: { en: 'there is no way to it', fr: 'aucun chemin n’y mène' },
  NAME: { en: 'its name has no address', fr: 'son nom n’a pas d’adresse' },
  CLOSED: { en: 'the connection was closed early', fr: 'la connexion a été fermée trop tôt' },
  TOO_LARGE: { en: 'the answer is too long', fr: 'la réponse est trop longue' },
  GARBLED: { en: 'the answer makes no sense', fr: 'la réponse n’a pas de sens' },
  UNEXPECTED: { en: 'the answer is not the one wanted', fr: 'la réponse n’est pas celle attendue' },
  STATUS: { en: 'the status is not a good one', fr: 'le statut n’est pas admis' },
  KEYWORD: { en: 'the page lacks a text', fr: 'il manque un texte à la page' },
  ABSENT: { en: 'the page holds a text that it must not', fr: 'la page contient un texte exclu' },
  REDIRECTED: { en: 'it leads elsewhere', fr: 'elle renvoie ailleurs' },
  CERTIFICATE: { en: 'the certificate is not good', fr: 'le certificat ne vaut pas' },
  TLS: { en: 'no encrypted connection came about', fr: 'aucune connexion chiffrée n’a pu être établie' },
  UNSYNCHRONISED: { en: 'the server has no time itself', fr: 'le serveur n’a pas l’heure lui-même' },
  NOT_ALLOWED: {
    en: 'it lies outside of the networks that this probe may enter',
    fr: 'c’est hors des réseaux permis à cette sonde',
  },
  CROWDED: {
    en: 'too many probes are aimed at this target',
    fr: 'trop de sondes visent cette cible',
  },
  BUSY: {
    en: 'the machine that checks it is still looking for other names',
    fr: 'la machine qui le vérifie cherche encore d’autres noms',
  },
  FORBIDDEN: {
    en: 'the machine that checks it is not allowed to send there',
    fr: 'la machine qui le vérifie n’a pas le droit d’y envoyer',
  },
  BLOCKED: { en: 'a firewall does not let it through', fr: 'un pare-feu ne laisse pas passer' },
  NO_TARGET: {
    en: 'nothing can be asked at this address from here',
    fr: 'rien ne peut être demandé d’ici à cette adresse',
  },
  SPENT: {
    en: 'the machine that checks it has nothing left to ask with',
    fr: 'la machine qui le vérifie n’a plus de quoi demander',
  },
  BAD_OPTIONS: { en: 'the options do not fit', fr: 'les options ne conviennent pas' },
  NO_MEANS: { en: 'this machine cannot do it', fr: 'cette machine ne sait pas le faire' },
  NONE_HERE: { en: 'this machine has none', fr: 'cette machine n’en a pas' },
  // What the box itself says, where a machine said nothing.
  AWAY: { en: 'the machine that checks it is not there', fr: 'la machine qui le vérifie n’est pas là' },
  REMOVED: { en: 'the machine that checks it was removed', fr: 'la machine qui le vérifiait a été retirée' },
  OVERDUE: { en: 'nothing was heard of it for long', fr: 'rien n’en a été dit depuis longtemps' },
  INTERNAL: { en: 'the probe itself failed', fr: 'la sonde elle-même a échoué' },
} as const satisfies Record<string, ProbeText>;

export type ProbeReason = keyof typeof probeReasons;
