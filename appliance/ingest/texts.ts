// What the door writes into the journal, for people, in both languages.
import type { JournalText, MachineState } from '../store/client/types.ts';

const en = {
  admitted: '{name} was admitted',
  refused: '{name} was refused',
  removed: '{name} was removed',
  vanished: '{name} has vanished: nothing has been heard from it for {minutes} min',
  back: '{name} is back',
  off: '{name} said goodbye: it is off',
  asleep: '{name} said goodbye: it is asleep',
  restarted: '{name} was restarted',
  denied: 'the person at {name} saw other digits than the box: it does not trust this box',
  clone: 'two machines use the key of {name}: one of them is probably a copy of its disk',
  found: '{name} has found the box: {text}',
  event: '{name}: {text}',
};

const fr: Record<keyof typeof en, string> = {
  admitted: '{name} a été admise',
  refused: '{name} a été refusée',
  removed: '{name} a été retirée',
  vanished: '{name} a disparu : plus aucun signe depuis {minutes} min',
  back: '{name} est de retour',
  off: '{name} a dit au revoir : elle est éteinte',
  asleep: '{name} a dit au revoir : elle est en veille',
  restarted: '{name} a redémarré',
  denied: 'la personne devant {name} a vu d’autres chiffres que le boîtier : elle ne lui fait pas confiance',
  clone: 'deux machines utilisent la clé de {name} : l’une est sans doute une copie de son disque',
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
