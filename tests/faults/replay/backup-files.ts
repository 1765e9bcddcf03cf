/** A backup as a file, and a backup that takes the place of a store: whole or as before, at each moment. */
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backup } from '../../../appliance/console/verbs/backup.ts';
import type { Call } from '../../../appliance/console/verbs/verb.ts';
import { restore } from '../../../appliance/store/backup/restore.ts';
import { readBackup } from '../../../appliance/store/client/backup/reader.ts';
import type { OpenStore } from '../../../appliance/store/store.ts';
import { createFakeTerminal } from '../../helpers/console-call.ts';
import { openHere } from './open-here.ts';
import type { SmallFile } from './small-file.ts';

const who = { who: 'Anna', role: 'admin', from: 'console' };

/** One that has only this setting, and is stopped in an orderly way. */
async function withStore<T>(folder: string, use: (store: OpenStore) => Promise<T>): Promise<T> {
  const part = openHere(folder);
  await part.start(new AbortController().signal);
  try {
    return await use(part.opened());
  } finally {
    await part.stop();
  }
}

async function backupOf(value: string): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'nm-'));
  try {
    return await withStore(folder, async (store) => {
      await store.settings.put('which', value);
      const pieces: Buffer[] = [];
      for await (const piece of store.backups.take(null, who)) pieces.push(piece);
      return Buffer.concat(pieces);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* one(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

export const backupFiles = {
  'backup in a file': {
    sort: 'kept',
    async write(folder, promised) {
      const bytes = await backupOf('new');
      const store = { backup: () => one(bytes), health: async () => ({ diskBytes: bytes.length }) };
      const call = {
        ...{ box: { store }, terminal: createFakeTerminal([]), say: (word: string) => word },
        ...{ language: 'en', json: false, values: {}, words: [join(folder, 'saved')], user: 'Anna' },
        signal: new AbortController().signal,
      };
      await backup.run(call as unknown as Call);
      promised('whole');
    },
    async read(folder) {
      const path = join(folder, 'saved');
      if (!existsSync(path)) return null;
      for await (const _ of readBackup({ source: createReadStream(path), passphrase: async () => null }));
      return 'whole';
    },
  },
  'restored store': {
    ...{ sort: 'kept', isDear: true },
    async write(folder, promised) {
      const bytes = await backupOf('new');
      await withStore(folder, async (store) => {
        await store.settings.put('which', 'old');
        promised('old');
      });
      await restore({
        ...{ stateDir: folder, source: one(bytes), replace: true, wallMs: Date.now(), who: 'Anna' },
        ...{ passphrase: async () => null, progress: () => undefined },
      });
      promised('new');
    },
    read: (folder) => withStore(folder, async (store) => store.settings.get('which') as string | null),
  },
} as const satisfies Record<string, SmallFile>;
