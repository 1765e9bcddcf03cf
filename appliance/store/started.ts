/** What the journal says of a start. */
import { existsSync } from 'node:fs';
import type { Log } from '../runtime/log.ts';
import type { Lost } from './client/types.ts';
import type { Journal } from './journal/journal.ts';
import type { Damage } from './log/replay.ts';

/** Of any machine: what was in the log is not known; of any time, when not even that was marked. */
export function lossOf({ times }: Damage): Lost {
  const any = { fromMs: 0, toMs: 2 ** 48 };
  return { machine: null, ...(times ?? any), why: 'write-ahead log' };
}

export async function noteStart(journal: Journal, damage: readonly Damage[], log: Log): Promise<void> {
  const actor = { who: 'store', role: 'system', from: 'box' };
  const started = { en: 'The store has started', fr: 'Le stockage a démarré' };
  await journal.note({ ...actor, kind: 'store.started', text: started });
  for (const { file, bytes, times } of damage) {
    log.error('the write-ahead log is damaged; what could be read was kept', { file, bytes });
    const [from, to] = [times?.fromMs, times?.toMs].map((ms) =>
      ms === undefined ? '' : new Date(ms).toISOString().slice(0, 19),
    );
    const between =
      times === null
        ? { en: '', fr: '' }
        : { en: ` from ${from} to ${to} UTC`, fr: ` du ${from} au ${to} UTC` };
    const isThere = existsSync(file);
    const kept = {
      en: isThere ? ' A copy is kept beside it.' : '',
      fr: isThere ? ' Une copie est gardée à côté.' : '',
    };
    const text = {
      en: `${bytes} bytes of recent samples${between.en} could not be read from ${file}.${kept.en}`,
      fr: `${bytes} octets de mesures récentes${between.fr} sont illisibles dans ${file}.${kept.fr}`,
    };
    await journal.note({ ...actor, kind: 'store.damaged', text, details: { file, bytes, ...times } });
  }
}
