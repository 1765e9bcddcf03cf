/** One backup at a time, each with an entry in the journal. */
import type { Clock } from '../../runtime/clock.ts';
import { Failure } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Note } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import type { Journal } from '../journal/journal.ts';
import type { Committer } from '../log/commit.ts';
import type { Registry } from '../records/registry.ts';
import { takeBackup } from './take.ts';

export interface Backups {
  /** The bytes of a backup; CONFLICT while another one is made. A passphrase makes it hold the secrets too. */
  take(passphrase: string | null, who: Pick<Note, 'who' | 'role' | 'from'>): AsyncIterable<Buffer>;
}

export function createBackups(o: {
  database: Database;
  committer: Committer;
  journal: Journal;
  registry: Registry;
  clock: Clock;
  clockTrusted(): boolean;
  writeAheadFolder: string;
  diskBytes(): Promise<number>;
  log: Log;
}): Backups {
  let busy = false;
  async function* stream(passphrase: string | null, who: Pick<Note, 'who' | 'role' | 'from'>) {
    let bytes = 0;
    try {
      const diskBytes = await o.diskBytes();
      const manifest = () => ({
        ...{
          madeMs: Math.round(o.clock.wallMs()),
          trusted: o.clockTrusted(),
          diskBytes,
          machines: o.registry.count,
        },
        journal: o.journal.last,
      });
      for await (const piece of takeBackup({ ...o, passphrase, manifest })) {
        bytes += piece.length;
        yield piece;
      }
    } finally {
      busy = false;
    }
    const secrets = passphrase !== null;
    const text = {
      en: `A backup was made${secrets ? ', encrypted, with users' : ', without users'}`,
      fr: `Une sauvegarde a été faite${secrets ? ', chiffrée, avec les utilisateurs' : ', sans les utilisateurs'}`,
    };
    await o.journal.note({ ...who, kind: 'store.backup', text, details: { bytes, secrets } });
  }
  return {
    take(passphrase, who) {
      if (busy) throw new Failure('CONFLICT', 'a backup is being made already');
      busy = true;
      return stream(passphrase, who);
    },
  };
}
