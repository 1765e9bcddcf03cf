/** What the journal says of a start. */
import type { Log } from '../runtime/log.ts';
import type { Journal } from './journal.ts';
import type { Damage } from './replay.ts';

export async function noteStart(journal: Journal, damage: readonly Damage[], log: Log): Promise<void> {
  const actor = { who: 'store', role: 'system', from: 'box' };
  const started = { en: 'The store has started', fr: 'Le stockage a démarré' };
  await journal.note({ ...actor, kind: 'store.started', text: started });
  for (const { file, bytes } of damage) {
    log.error('the write-ahead log is damaged; what could be read was kept', { file, bytes });
    const text = {
      en: `${bytes} bytes of recent samples could not be read from ${file}. A copy is kept beside it.`,
      fr: `${bytes} octets de mesures récentes sont illisibles dans ${file}. Une copie est gardée à côté.`,
    };
    await journal.note({ ...actor, kind: 'store.damaged', text, details: { file, bytes } });
  }
}
