/** What the write-ahead log of an earlier process holds: read once at the start, in order. */
import { link, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCodeOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { decodeBatch } from './client/append.ts';
import type { AppendBatch } from './client/types.ts';
import { syncPath } from './creation.ts';
import { ChainReader, chainsVersion } from './log-chains.ts';
import { bodiesOf, scanSegment, segmentName, segmentNumber } from './wal.ts';

/** A copy by link of a segment in which something is damaged, so that its bytes outlive the sealing. */
const keptSuffix = '.damaged';

export type Damage = { file: string; bytes: number };

export type Replayed = {
  /** Every segment that stands there, with its size. */
  segments: Map<number, number>;
  /** Damage that was not reported before. */
  damage: Damage[];
};

export async function replay(o: {
  folder: string;
  log: Log;
  signal?: AbortSignal;
  onBatch(batch: AppendBatch, segment: number): void;
}): Promise<Replayed> {
  const numbers = (await readdir(o.folder)).map(segmentNumber).filter((number) => number !== null);
  const segments = new Map<number, number>();
  const damage: Damage[] = [];
  const sorted = numbers.sort((a, b) => a - b);
  for (const number of sorted) {
    o.signal?.throwIfAborted();
    const path = join(o.folder, segmentName(number));
    const bytes = await readFile(path);
    const scan = scanSegment(bytes);
    const chains = new ChainReader();
    for (const body of scan.groups.flatMap(bodiesOf))
      scan.damagedBytes += unreadBytes(body, number, chains, o);
    segments.set(number, bytes.length);
    // Earlier processes have cut off what they found unfinished, so only the last segment can be.
    const isLast = number === sorted.at(-1);
    if (!isLast) scan.damagedBytes += scan.tornBytes;
    if (isLast && scan.tornBytes > 0) {
      o.log.warn('the write-ahead log ended within a group that nobody was told to be on disk', {
        file: path,
        bytes: scan.tornBytes,
      });
      await cutOff(path, scan.end);
    }
    if (scan.damagedBytes > 0 && (await keep(path))) damage.push({ file: path, bytes: scan.damagedBytes });
  }
  if (damage.length > 0) await syncPath(o.folder);
  return { segments, damage };
}

/** A body with a good checksum that this version cannot read must not keep the store from starting for ever. */
function unreadBytes(
  body: Uint8Array,
  segment: number,
  chains: ChainReader,
  o: { log: Log; onBatch(batch: AppendBatch, segment: number): void },
): number {
  try {
    const { batch, lostBytes } =
      body[0] === chainsVersion ? chains.read(body) : { batch: decodeBatch(body), lostBytes: 0 };
    o.onBatch(batch, segment);
    return lostBytes;
  } catch (error) {
    o.log.error('a part of the write-ahead log cannot be read', { segment, error: messageOf(error) });
    return body.length;
  }
}

/** Else the next start would take the unfinished group of this one for damage within the log. */
async function cutOff(path: string, end: number): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.truncate(end);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** False when it is kept already. */
async function keep(path: string): Promise<boolean> {
  try {
    await link(path, path + keptSuffix);
    return true;
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
