/** What the journal says of a recovery. */
import type { Log } from '../../runtime/log.ts';
import type { JournalText, Lost } from '../client/types.ts';
import type { Journal } from '../journal/journal.ts';
import type { RecoveryNotes } from './recover.ts';

const actor = { who: 'store', role: 'system', from: 'box' };
/** Longer lists stand in the health of the store. */
const mostNamed = 100;

export async function noteRecovery(journal: Journal, notes: RecoveryNotes, log: Log): Promise<void> {
  const { setAside, healed, isCopyNew, hasOlder, lost, lostEntries } = notes;
  if (setAside !== null) {
    const { folder, why } = setAside;
    const kept = {
      en: folder === null ? '' : ` The damaged one is kept in ${folder}.`,
      fr: folder === null ? '' : ` L'ancienne est gardée dans ${folder}.`,
    };
    const text = {
      en: `The database could not be used (${why}). A new one was made of what could be read.${kept.en}`,
      fr: `La base de données était inutilisable (${why}). Une nouvelle a été faite de ce qui était lisible.${kept.fr}`,
    };
    await journal.note({ ...actor, kind: 'store.damaged', text, details: { folder, why } });
  }
  if (Object.keys(healed).length > 0) {
    const count = Object.values(healed).reduce((sum, one) => sum + one, 0);
    log.warn('values that the database had lost were put back from the copy', healed);
    const text = {
      en: `${count} values that the database had lost were put back from the copy beside it.`,
      fr: `${count} valeurs perdues par la base de données ont été reprises de la copie gardée à côté.`,
    };
    await journal.note({ ...actor, kind: 'store.recovered', text, details: { healed } });
  }
  if (isCopyNew) {
    log.warn('the copy beside the database was lost or damaged and has been made anew');
    const text = {
      en: 'The copy of registry, users and settings was damaged and has been made anew.',
      fr: 'La copie du registre, des utilisateurs et des réglages était endommagée et a été refaite.',
    };
    await journal.note({ ...actor, kind: 'store.recovered', text });
  }
  if (hasOlder) {
    log.warn('neither the database nor its copy could be read whole: older states fill in what is missing');
    const text = {
      en: 'Neither the database nor its copy could be read whole: machines, users and settings that were missing come from older states. What was changed since may be as it was before, and what was deleted may be back. Check the users and the settings.',
      fr: 'Ni la base de données ni sa copie n’étaient lisibles en entier : les machines, utilisateurs et réglages manquants viennent d’états plus anciens. Ce qui a changé depuis peut être comme avant, et ce qui a été supprimé peut être revenu. Vérifiez les utilisateurs et les réglages.',
    };
    await journal.note({ ...actor, kind: 'store.damaged', text });
  }
  await noteLost(journal, lost, log);
  for (const { first, last } of lostEntries) {
    const text = {
      en: `Journal entries ${first} to ${last} are lost.`,
      fr: `Les entrées ${first} à ${last} du journal sont perdues.`,
    };
    await journal.note({ ...actor, kind: 'store.damaged', text, details: { first, last } });
  }
}

export async function noteLost(journal: Journal, lost: readonly Lost[], log: Log): Promise<void> {
  for (const one of lost.slice(0, mostNamed)) {
    log.error('samples are lost', { ...one });
    const note = { ...actor, kind: 'store.damaged', text: textOf(one), details: { ...one } };
    await journal.note({ ...note, machine: one.machine });
  }
}

function textOf({ machine, fromMs, toMs }: Lost): JournalText {
  const [from, to] = [fromMs, toMs].map((ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`);
  const whose = {
    en: machine === null ? 'of any machine' : 'of this machine',
    fr: machine === null ? 'de toutes les machines' : 'de cette machine',
  };
  return {
    en: `Samples ${whose.en} from ${from} to ${to} are damaged and lost.`,
    fr: `Des mesures ${whose.fr} du ${from} au ${to} sont endommagées et perdues.`,
  };
}

export async function noteRoom(journal: Journal, isFull: boolean, log: Log): Promise<void> {
  log.warn(isFull ? 'the disk is full: samples are refused' : 'there is room on the disk again');
  const text = isFull
    ? {
        en: 'The disk is 97 % full: no more samples are taken; machines keep theirs. Free some room.',
        fr: 'Le disque est plein à 97 % : les mesures sont refusées, les machines les gardent. Libérez de la place.',
      }
    : {
        en: 'There is room on the disk again: samples are taken.',
        fr: 'Il y a de nouveau de la place sur le disque : les mesures sont acceptées.',
      };
  await journal.note({ ...actor, kind: isFull ? 'store.full' : 'store.room', text });
}
