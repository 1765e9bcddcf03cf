// What the door writes into the journal, for people, in both languages.
import type { JournalText, MachineState } from '../store/client/types.ts';

const en = {
  admitted: '{name} was admitted',
  same: '{name} has a new key: it is the same machine, its old key counts no more',
  released: '{name} is heard again: a person says that one machine uses its key',
  opened: 'the box admits all machines that know it, for ten minutes',
  closed: 'the box admits machines one by one again ({admitted} came in)',
  tokenMade: 'an enrolment token was made: {label} ({uses} machines, {hours} h)',
  tokenRevoked: 'the enrolment token {label} was revoked',
  tokenRefused: '{name} ({address}) showed an enrolment token that admits nobody',
  wanted: 'the waiting room keeps a place for {text}',
  noticed: 'a notice was sent to {name}: {text}',
  refused: '{name} was refused',
  removed: '{name} was removed',
  vanished: '{name} has vanished: nothing has been heard from it for {minutes} min',
  back: '{name} is back',
  off: '{name} said goodbye: it is off',
  asleep: '{name} said goodbye: it is asleep',
  restarted: '{name} was restarted',
  denied: 'the person at {name} saw other digits than the box: it does not trust this box',
  clone:
    'two machines use the key of {name}: one of them is probably a copy of its disk. Neither is heard until a person has decided',
  lost: '{name} has lost measurements',
  lostFull: '{name} had no room any more for {count} measurements from {from} to {to} (UTC): they are lost',
  lostDisk: '{name} could not write {count} measurements from {from} to {to} (UTC): they are lost',
  lostDamage: 'the disk of {name} has damaged {count} measurements from {from} to {to} (UTC): they are lost',
  found: '{name} has found the box: {text}',
  event: '{name}: {text}',
};

const fr: Record<keyof typeof en, string> = {
  admitted: '{name} a été admise',
  same: '{name} a une nouvelle clé : c’est la même machine, l’ancienne clé ne vaut plus rien',
  released: '{name} est de nouveau écoutée : selon une personne, une seule machine utilise sa clé',
  opened: 'le boîtier admet pendant dix minutes toutes les machines qui le connaissent',
  closed: 'le boîtier admet de nouveau les machines une à une ({admitted} sont entrées)',
  tokenMade: 'un jeton d’inscription a été créé : {label} ({uses} machines, {hours} h)',
  tokenRevoked: 'le jeton d’inscription {label} a été révoqué',
  tokenRefused: '{name} ({address}) a montré un jeton d’inscription qui n’admet personne',
  wanted: 'la salle d’attente garde une place pour {text}',
  noticed: 'un message a été envoyé à {name} : {text}',
  refused: '{name} a été refusée',
  removed: '{name} a été retirée',
  vanished: '{name} a disparu : plus aucun signe depuis {minutes} min',
  back: '{name} est de retour',
  off: '{name} a dit au revoir : elle est éteinte',
  asleep: '{name} a dit au revoir : elle est en veille',
  restarted: '{name} a redémarré',
  denied: 'la personne devant {name} a vu d’autres chiffres que le boîtier : elle ne lui fait pas confiance',
  clone:
    'deux machines utilisent la clé de {name} : l’une est sans doute une copie de son disque. Aucune n’est écoutée avant une décision',
  lost: '{name} a perdu des mesures',
  lostFull: '{name} n’avait plus de place pour {count} mesures du {from} au {to} (UTC) : elles sont perdues',
  lostDisk: '{name} n’a pas pu écrire {count} mesures du {from} au {to} (UTC) : elles sont perdues',
  lostDamage: 'le disque de {name} a abîmé {count} mesures du {from} au {to} (UTC) : elles sont perdues',
  found: '{name} a trouvé le boîtier : {text}',
  event: '{name} : {text}',
};

export type TextKey = keyof typeof en;

export function textOf(key: TextKey, values: Record<string, string | number>): JournalText {
  const fill = (template: string) =>
    template.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  return { en: fill(en[key]), fr: fill(fr[key]) };
}

/** The journal's kind of a change of state, or null for one that is no news. */
export function newsOf(from: MachineState, to: MachineState): 'vanished' | 'back' | 'off' | 'asleep' | null {
  if (to === 'vanished' || to === 'off' || to === 'asleep') return to;
  return to === 'up' && from !== 'silent' ? 'back' : null;
}
