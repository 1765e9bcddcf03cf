/** What `alerts` and `ack` say, in English and French. */
import type { Hold, IncidentState, Severity } from '../../watch/client/types.ts';
import type { Text } from './verb.ts';

export const severityWords: Record<Severity, Text> = {
  low: { en: 'low', fr: 'faible' },
  medium: { en: 'medium', fr: 'moyenne' },
  high: { en: 'high', fr: 'haute' },
  critical: { en: 'critical', fr: 'critique' },
};

export const stateWords: Record<IncidentState, Text> = {
  open: { en: 'open', fr: 'ouverte' },
  acknowledged: { en: 'acknowledged', fr: 'prise en compte' },
  resolved: { en: 'over', fr: 'terminée' },
};

export const holdWords: Record<Hold, Text> = {
  maintenance: { en: 'not told: maintenance', fr: 'non annoncée : maintenance' },
  quiet: { en: 'not told: quiet hours', fr: 'non annoncée : heures calmes' },
  cooldown: { en: 'not told: told of just now', fr: 'non annoncée : annoncée il y a peu' },
  cause: { en: 'explained by no. {0}', fr: 'expliquée par le n° {0}' },
  settling: { en: 'the cause is being looked for', fr: 'la cause est recherchée' },
};

export const words = {
  severity: { en: 'Severity', fr: 'Gravité' },
  what: { en: 'What', fr: 'Quoi' },
  explains: { en: 'explains {0}: alerts --under {1}', fr: 'en explique {0} : alerts --under {1}' },
  unknown: { en: 'unknown now', fr: 'inconnu à présent' },
  nothing: { en: 'Nothing is wrong.', fr: 'Rien à signaler.' },
  never: { en: 'Nothing was ever wrong.', fr: 'Il n’y a jamais rien eu à signaler.' },
  needsNumber: {
    en: 'ack needs the number of an alert; netmonitor alerts lists them.',
    fr: 'ack demande le numéro d’une alerte ; netmonitor alerts les liste.',
  },
  needsAge: {
    en: '--for takes a time such as 90min, 8h or 2d.',
    fr: '--for prend une durée comme 90min, 8h ou 2j.',
  },
  acknowledged: { en: 'Acknowledged: {0}', fr: 'Prise en compte : {0}' },
  released: { en: 'Open again: {0}', fr: 'De nouveau ouverte : {0}' },
} as const satisfies Record<string, Text>;
