/** A backup becomes a state folder: written aside, read again, then put in its place. Nothing of what was there is deleted. */
import { createHash, type Hash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../runtime/errors.ts';
import type { Ending, Manifest } from '../client/backup/format.ts';
import { readBackup } from '../client/backup/reader.ts';
import { syncPath, writeMarker } from '../database/creation.ts';
import {
  creationOptions,
  type Database,
  databaseAt,
  iterationOptions,
  openOptions,
} from '../database/database.ts';
import { databaseFormat } from '../database/format.ts';
import { aboutKeys, files } from '../keys.ts';
import { completeSegment } from '../log/segments.ts';
import { segmentName } from '../log/wal.ts';
import { encodeChecked } from '../records/checked.ts';
import { isOfThisFolder } from './contents.ts';
import { lockDatabase, lockFolder } from './lock.ts';
import { removeUnfinishedRestores, switchOver } from './switch.ts';

export type RestoreOptions = {
  stateDir: string;
  source: AsyncIterable<Uint8Array>;
  passphrase(): Promise<string | null>;
  /** Whether a store that is there may be put aside. */
  replace: boolean;
  wallMs: number;
  who: string;
  progress(o: { entries: number; bytes: number; of: number }): void;
  freeBytes?: (folder: string) => Promise<number>;
};

export type Restored = { manifest: Manifest; ending: Ending; keptIn: string | null };

/** A restore needs more for a while than the store will: LevelDB writes its tables twice. */
const roomFactor = 1.5;

export async function restore(o: RestoreOptions): Promise<Restored> {
  await mkdir(o.stateDir, { recursive: true, mode: 0o700 });
  const lock = await lockFolder(o.stateDir);
  try {
    const running = await lockDatabase(o.stateDir);
    try {
      return await restoreLocked(o);
    } finally {
      await running.release();
    }
  } finally {
    await lock.release();
  }
}

async function restoreLocked(o: RestoreOptions): Promise<Restored> {
  await switchOver(o.stateDir, o.wallMs);
  await removeUnfinishedRestores(o.stateDir);
  if (!o.replace) await assertEmpty(o.stateDir);
  const aside = join(o.stateDir, `${files.restoring}${randomBytes(8).toString('hex')}`);
  try {
    await mkdir(join(aside, files.writeAhead), { recursive: true, mode: 0o700 });
    const found = await write(o, aside);
    await writeMarker(aside, found.manifest.birth);
    await syncAll(aside);
    await rename(aside, join(o.stateDir, files.restored));
    await syncPath(o.stateDir);
    return { ...found, ...(await switchOver(o.stateDir, o.wallMs)) };
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    throw error;
  }
}

async function assertEmpty(stateDir: string): Promise<void> {
  const found = [files.marker, files.database, files.writeAhead].filter((name) =>
    existsSync(join(stateDir, name)),
  );
  if (found.length === 0) return;
  throw new Failure(
    'CONFLICT',
    `${stateDir} holds the data of a NetMonitor already. Restore into another home, or with --replace, which keeps that data beside.`,
    { path: stateDir },
  );
}

async function write(o: RestoreOptions, aside: string): Promise<{ manifest: Manifest; ending: Ending }> {
  const folder = join(aside, files.database);
  const database = databaseAt(folder);
  const written = createHash('sha256');
  const read = createHash('sha256');
  let manifest: Manifest | undefined;
  let ending: Ending | undefined;
  let last: Buffer = Buffer.alloc(0);
  const done = { entries: 0, bytes: 0 };
  await database.open(creationOptions);
  try {
    for await (const section of readBackup(o)) {
      if (section.type === 'manifest') {
        manifest = section.manifest;
        await assertRoom(o, manifest);
      } else if (section.type === 'entries') {
        for (const [key, value] of section.entries) {
          if (last.compare(key) >= 0 || isOfThisFolder(key))
            throw new Failure('BAD_REQUEST', 'the backup is out of order');
          last = key;
          addTo(written, key, value);
          done.entries++;
          done.bytes += key.length + value.length;
        }
        await database.batch(section.entries.map(([key, value]) => ({ type: 'put' as const, key, value })));
        o.progress({ ...done, of: manifest?.diskBytes ?? 0 });
      } else if (section.type === 'log') {
        await appendTo(join(aside, files.writeAhead, segmentName(section.segment)), section.bytes);
      } else ending = section.ending;
    }
    for (const name of await readdir(join(aside, files.writeAhead)))
      await completeSegment(join(aside, files.writeAhead, name));
    await database.close();
    await database.open(openOptions);
    for await (const [key, value] of database.iterator(iterationOptions)) addTo(read, key, value);
    if (manifest === undefined || ending === undefined || written.digest('hex') !== read.digest('hex')) {
      throw new Failure(
        'UNAVAILABLE',
        `what was written into ${folder} is read otherwise: the disk is not to be trusted`,
      );
    }
    await noteRestore(database, o, manifest, ending);
  } finally {
    await database.close();
  }
  return { manifest, ending };
}

/** For the journal of the store that opens it. */
async function noteRestore(
  database: Database,
  o: RestoreOptions,
  manifest: Manifest,
  ending: Ending,
): Promise<void> {
  const birth = (await database.get(aboutKeys.birth))?.toString('utf8');
  if ((await database.get(aboutKeys.formerBirth)) !== undefined)
    throw new Failure('BAD_REQUEST', `the backup is of format 1; this version reads ${databaseFormat}`);
  if (birth !== manifest.birth)
    throw new Failure('BAD_REQUEST', 'the backup lacks the first record of its database');
  const note = { who: o.who, madeMs: manifest.madeMs, leftOut: ending.leftOut };
  await database.put(aboutKeys.restored, encodeChecked(note), { sync: true });
}

function addTo(hash: Hash, key: Buffer, value: Buffer): void {
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(key.length);
  lengths.writeUInt32BE(value.length, 4);
  hash.update(lengths).update(key).update(value);
}

async function assertRoom({ stateDir, freeBytes = freeBytesOf }: RestoreOptions, { diskBytes }: Manifest) {
  const free = await freeBytes(stateDir);
  const needed = Math.ceil(diskBytes * roomFactor);
  if (free >= needed) return;
  throw new Failure('UNAVAILABLE', `${stateDir} has ${free} bytes free; this backup needs about ${needed}`);
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

async function appendTo(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'a', 0o600);
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}

async function syncAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncAll(path);
    else await syncPath(path);
  }
  await syncPath(folder);
}
