/**
 * A backup of the running store: one moment of the database by a snapshot, and of the write-ahead log by open files, whose
 * segments may be deleted meanwhile. What waits in RAM is committed first, so that the moment is a durable one.
 */
import { closeSync, openSync, read } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Log } from '../../runtime/log.ts';
import { version } from '../../runtime/version.ts';

import { BackupEncoder } from '../client/backup/encoder.ts';
import type { Ending, Manifest } from '../client/backup/format.ts';
import { type Database, iterationOptions } from '../database/database.ts';
import { aboutKeys } from '../keys.ts';
import type { Committer } from '../log/commit.ts';
import { segmentName } from '../log/wal.ts';
import { isOfThisFolder, secretOf } from './contents.ts';
import { isValueWhole } from './whole.ts';

const readAt = promisify(read);
const contentBytes = 256 * 1024;

export type TakeOptions = {
  database: Database;
  committer: Committer;
  writeAheadFolder: string;
  log: Log;
  /** Null: open, without secrets. */
  passphrase: string | null;
  manifest(): Omit<Manifest, 'version' | 'birth' | 'secrets'>;
};

type Segment = { number: number; bytes: number; file: number };

export async function* takeBackup(o: TakeOptions): AsyncGenerator<Buffer> {
  const encoder = await BackupEncoder.create(o.passphrase);
  await o.committer.commit();
  // No turn of the loop passes until both are held: what is durable now is in one of them.
  const snapshot = o.database.snapshot();
  const release = o.committer.hold();
  const segments = openSegments(o);
  const manifest = o.manifest();
  try {
    const birth = (await o.database.get(aboutKeys.birth, { snapshot }))?.toString('utf8') ?? '';
    yield encoder.head;
    yield await encoder.manifest({ ...manifest, version, birth, secrets: o.passphrase !== null });
    const ending: Omit<Ending, 'sha256'> = { entries: 0, bytes: 0, logBytes: 0, leftOut: {}, damaged: 0 };
    let batch: [Buffer, Buffer][] = [];
    let bytes = 0;
    for await (const [key, value] of o.database.iterator({ snapshot, ...iterationOptions })) {
      if (isOfThisFolder(key)) continue;
      const secret = o.passphrase === null ? secretOf(key) : null;
      if (secret !== null) {
        ending.leftOut[secret] = (ending.leftOut[secret] ?? 0) + 1;
        continue;
      }
      if (!isValueWhole(key, value)) ending.damaged++;
      batch.push([key, value]);
      bytes += key.length + value.length;
      if (bytes < contentBytes) continue;
      ending.entries += batch.length;
      ending.bytes += bytes;
      yield await encoder.entries(batch);
      batch = [];
      bytes = 0;
    }
    ending.entries += batch.length;
    ending.bytes += bytes;
    if (batch.length > 0) yield await encoder.entries(batch);
    for (const segment of segments) {
      for await (const piece of piecesOf(segment)) {
        ending.logBytes += piece.length;
        yield await encoder.log(segment.number, piece);
      }
    }
    if (ending.damaged > 0)
      o.log.warn('values in a backup do not match their checksums', { values: ending.damaged });
    yield await encoder.end(ending);
  } finally {
    for (const { file } of segments) closeSync(file);
    release();
    await snapshot.close();
  }
}

/** In one turn: a segment is opened before anybody can delete it, and then stays readable. */
function openSegments({ committer, writeAheadFolder }: TakeOptions): Segment[] {
  const segments: Segment[] = [];
  try {
    for (const [number, bytes] of [...committer.segments()].sort(([a], [b]) => a - b)) {
      segments.push({ number, bytes, file: openSync(join(writeAheadFolder, segmentName(number)), 'r') });
    }
    return segments;
  } catch (error) {
    for (const { file } of segments) closeSync(file);
    throw error;
  }
}

/** Only what was durable at the moment: the newest segment goes on growing. */
async function* piecesOf({ file, bytes }: Segment): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes; ) {
    const piece = Buffer.allocUnsafe(Math.min(contentBytes, bytes - at));
    const { bytesRead } = await readAt(file, piece, 0, piece.length, at);
    if (bytesRead === 0) return;
    yield piece.subarray(0, bytesRead);
    at += bytesRead;
  }
}
