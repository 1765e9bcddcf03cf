/** `netmonitor backup`: everything that the store remembers in one file, checked by reading it back. */
import { createReadStream, existsSync } from 'node:fs';
import { type FileHandle, open, rename, rm, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Failure } from '../../runtime/errors.ts';
import { syncFolder, unwritable } from '../../runtime/files.ts';
import type { Ending } from '../../store/client/backup/format.ts';
import { readBackup } from '../../store/client/backup/reader.ts';
import { size } from '../format.ts';
import { plain, toJson } from '../print.ts';
import { newPassphrase, passphraseFile } from './passphrase.ts';
import { type Call, Misuse, type Verb } from './verb.ts';

const progressEveryMs = 2000;

export const backup: Verb = {
  about: {
    en: 'save machines, history, settings and journal into a file, while the box runs',
    fr: 'enregistrer machines, historique, réglages et journal dans un fichier, pendant que le boîtier tourne',
  },
  usage: 'FILE|-',
  mostWords: 1,
  options: {
    'with-users': {
      type: 'boolean',
      about: {
        en: 'also users and other secrets; the file is then encrypted with a passphrase',
        fr: 'aussi les utilisateurs et autres secrets ; le fichier est alors chiffré par une phrase secrète',
      },
    },
    'passphrase-file': passphraseFile,
  },
  async run(call) {
    const [file] = call.words;
    if (file === undefined) throw new Misuse(call.say('backupNeedsFile'));
    if (file === '-' && call.terminal.interactive) throw new Misuse(call.say('notOnTerminal'));
    const isEncrypted = call.values['with-users'] === true || call.values['passphrase-file'] !== undefined;
    const path = file === '-' ? null : resolve(file);
    if (path !== null) await assertRoom(call, path);
    const passphrase = isEncrypted ? await newPassphrase(call) : null;
    const pieces = call.box.store.backup(
      { passphrase, who: call.user, role: 'admin', from: 'console' },
      call.signal,
    );
    const made =
      path === null
        ? await throughPipe(call, pieces, passphrase)
        : await intoFile(call, pieces, path, passphrase);
    tell(call, path, made);
    return 0;
  },
};

type Made = { bytes: number; ending: Ending };

async function assertRoom(call: Call, path: string): Promise<void> {
  if (existsSync(path)) throw new Failure('CONFLICT', call.say('fileExists', path), { path });
  const { diskBytes } = await call.box.store.health();
  const { bavail, bsize } = await statfs(dirname(path)).catch((error: unknown) => {
    throw unwritable(path, error);
  });
  if (bavail * bsize >= diskBytes) return;
  const { language, say } = call;
  const [free, needed] = [size(bavail * bsize, language), size(diskBytes, language)];
  throw new Failure('UNAVAILABLE', say('noRoomFor', dirname(path), free, needed), { path });
}

/** Under another name until it was read back whole: what has the name is a backup. */
async function intoFile(
  call: Call,
  pieces: AsyncIterable<Uint8Array>,
  path: string,
  passphrase: string | null,
): Promise<Made> {
  const part = `${path}.part`;
  const handle = await open(part, 'wx', 0o600).catch((error: unknown) => {
    throw unwritable(part, error);
  });
  try {
    const bytes = await fill(call, handle, pieces, part);
    const made = { bytes, ending: await check(createReadStream(part), passphrase) };
    await rename(part, path);
    await syncFolder(dirname(path));
    return made;
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function fill(
  call: Call,
  handle: FileHandle,
  pieces: AsyncIterable<Uint8Array>,
  path: string,
): Promise<number> {
  let bytes = 0;
  let toldMs = performance.now();
  try {
    for await (const piece of pieces) {
      await handle.writeFile(piece).catch((error: unknown) => {
        throw unwritable(path, error);
      });
      bytes += piece.length;
      if (!call.terminal.interactive || call.json || performance.now() - toldMs < progressEveryMs) continue;
      toldMs = performance.now();
      call.terminal.complain(call.say('backupProgress', size(bytes, call.language)));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return bytes;
}

/** What goes through a pipe is checked on its way. */
async function throughPipe(
  call: Call,
  pieces: AsyncIterable<Uint8Array>,
  passphrase: string | null,
): Promise<Made> {
  let bytes = 0;
  async function* passing() {
    for await (const piece of pieces) {
      await call.terminal.bytes(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  const ending = await check(passing(), passphrase);
  return { bytes, ending };
}

async function check(source: AsyncIterable<Uint8Array>, passphrase: string | null): Promise<Ending> {
  let ending: Ending | undefined;
  for await (const section of readBackup({ source, passphrase: async () => passphrase })) {
    if (section.type === 'end') ending = section.ending;
  }
  if (ending === undefined) throw new Failure('INTERNAL', 'the backup has no end');
  return ending;
}

function tell(call: Call, path: string | null, { bytes, ending }: Made): void {
  const { terminal, say, language } = call;
  // The pipe is the backup's: what is said goes beside it.
  const print = path === null ? terminal.complain : terminal.print;
  if (call.json) {
    print(toJson({ file: path, fileBytes: bytes, ...ending }, 2));
    return;
  }
  print(say('backupMade', plain(path ?? '-'), size(bytes, language), ending.entries));
  const left = Object.keys(ending.leftOut).join(', ');
  if (left !== '') print(say('backupWithout', plain(left)));
  if (ending.damaged > 0) print(terminal.paint('bad', say('backupDamaged', ending.damaged)));
}
