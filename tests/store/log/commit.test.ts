import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AppendEntry, Commit } from '../../../appliance/store/client/types.ts';
import { ChainReader } from '../../../appliance/store/log/chains.ts';
import { type Committer, createCommitter } from '../../../appliance/store/log/commit.ts';
import { bodiesOf, scanSegment, segmentNumber } from '../../../appliance/store/log/wal.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';
import { LogHeads } from '../../helpers/log-heads.ts';

const clock = () => new FakeClock();

async function committerIn(
  t: TestContext,
  more: object = {},
): Promise<{ committer: Committer; folder: string }> {
  const folder = join(temporaryFolder(t), 'wal');
  mkdirSync(folder);
  const committer = createCommitter({
    ...{ folder, clock: clock(), groupBytes: 1000, segmentBytes: 1e6, segmentAgeMs: 900_000 },
    ...{ segments: new Map(), fail: assert.fail, ...more },
  });
  await committer.start();
  t.after(() => committer.stop());
  return { committer, folder };
}

/** What no compression makes smaller. */
const noise = (index: number) => createHash('md5').update(String(index)).digest().readUIntBE(0, 6) % 2 ** 40;

/** Appends one tick of a machine of its own, about so many bytes long. */
function appendOne(committer: Committer, seq: number, bytes = 10): number {
  return committer.append(new LogHeads(committer.log).append(one(seq, bytes)));
}

function one(seq: number, bytes: number): AppendEntry {
  const values = Array.from({ length: Math.ceil(bytes / 6) }, (_, index) => noise(seq * 1000 + index));
  const run = 'ab'.repeat(16);
  return { machine: seq + 1, run, wallAtZeroMs: 0, trusted: true, ticks: [{ seq, runMs: 0, values }] };
}

/** The seqs that the log gives back. */
function written(folder: string): number[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const chains = new ChainReader();
      return scanSegment(readFileSync(join(folder, name)), segmentNumber(name)!)
        .groups.flatMap(bodiesOf)
        .flatMap((body) => chains.read(body).batch);
    })
    .flatMap(({ ticks }) => ticks.map(({ seq }) => seq));
}

test('batches are numbered at once and durable only when they are in the file', async (t) => {
  const { committer, folder } = await committerIn(t);
  const told: Commit[] = [];
  committer.onDurable((commit) => {
    assert.equal(written(folder).length, commit.durable);
    told.push(commit);
  });
  assert.deepEqual([appendOne(committer, 0), appendOne(committer, 1)], [1, 2]);
  assert.equal(committer.durable, 0);
  await committer.commit();
  assert.deepEqual(told, [{ epoch: committer.epoch, durable: 2 }]);
  assert.deepEqual(written(folder), [0, 1]);
});

test('a group is written early when enough waits', async (t) => {
  const { committer, folder } = await committerIn(t);
  const durable = new Promise<number>((resolve) => committer.onDurable((commit) => resolve(commit.durable)));
  appendOne(committer, 0, 400);
  appendOne(committer, 1, 700);
  assert.equal(await durable, 2);
  assert.equal(written(folder).length, 2);
});

test('a batch without anything new is durable only after all before it', async (t) => {
  const { committer } = await committerIn(t);
  const told: number[] = [];
  committer.onDurable((commit) => told.push(commit.durable));
  appendOne(committer, 0);
  const empty = committer.append(null);
  assert.equal(committer.durable, 0);
  await committer.commit();
  assert.deepEqual(told, [empty]);
});

test('what comes while a group is being synced is in the next one', async (t) => {
  const { committer, folder } = await committerIn(t);
  const told: number[] = [];
  committer.onDurable((commit) => told.push(commit.durable));
  appendOne(committer, 0);
  const commit = committer.commit();
  appendOne(committer, 1);
  await commit;
  await committer.commit();
  assert.deepEqual(told, [1, 2]);
  assert.deepEqual(written(folder), [0, 1]);
});

test('nothing is written while nothing comes', async (t) => {
  const { committer, folder } = await committerIn(t);
  for (let round = 0; round < 5; round++) await committer.commit();
  assert.deepEqual([...committer.segments().values()], [4096]);
  assert.deepEqual(written(folder), []);
});

test('a segment that is large enough is followed by another, and the files of released ones are used again', async (t) => {
  const { committer, folder } = await committerIn(t, { segmentBytes: 300 });
  const fill = async (from: number, to: number) => {
    for (let round = from; round < to; round++) {
      appendOne(committer, round, 200);
      await committer.commit();
    }
  };
  await fill(0, 4);
  assert.equal(committer.segment, 4);
  assert.deepEqual(written(folder), [0, 1, 2, 3]);
  const files = inodesIn(folder);
  await committer.release(3);
  await fill(4, 6);
  assert.deepEqual(
    [...inodesIn(folder).keys()],
    ['0000000003.wal', '0000000004.wal', '0000000005.wal', '0000000006.wal'],
  );
  assert.deepEqual([...inodesIn(folder).values()].sort(), [...files.values()].sort());
  assert.deepEqual(written(folder), [2, 3, 4, 5]);
  await committer.release(Number.POSITIVE_INFINITY);
  assert.deepEqual([...committer.segments().keys()], [6], 'the current one stays');
  await fill(6, 7);
  assert.deepEqual(written(folder).slice(-2), [5, 6]);
});

test('no file is used again while somebody reads it, or has its content by another name', async (t) => {
  const isDamaged = true;
  const kept = new Map([[1, { end: 8192, size: 8192, isDamaged }]]);
  const { committer, folder } = await committerIn(t, { segmentBytes: 300, segments: kept });
  writeFileSync(join(folder, '0000000001.wal'), Buffer.alloc(8192));
  appendOne(committer, 0, 200);
  await committer.commit();
  const done = committer.hold();
  await committer.release(3);
  assert.deepEqual([...committer.segments().keys()], [1, 2]);
  done();
  await committer.release(3);
  assert.deepEqual(readdirSync(folder), ['0000000002.wal']);
});

function inodesIn(folder: string): Map<string, number> {
  return new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, statSync(join(folder, name)).ino]),
  );
}

test('appends are refused when the disk does not follow, and nothing is lost of what was taken', async (t) => {
  const { committer, folder } = await committerIn(t);
  let taken = 0;
  assert.throws(
    () => {
      for (;;) {
        committer.assertRoom();
        appendOne(committer, taken, 900);
        taken++;
      }
    },
    { code: 'UNAVAILABLE' },
  );
  assert.ok(taken > 10 && taken < 30, `${taken} taken`);
  await committer.commit();
  assert.equal(written(folder).length, taken);
  committer.assertRoom();
});

test('a log that cannot be written ends the process', async (t) => {
  const failures: unknown[] = [];
  const folder = join(temporaryFolder(t), 'wal');
  mkdirSync(folder);
  const options = { folder, clock: clock(), groupBytes: 1000, segmentBytes: 10, segmentAgeMs: 1000 };
  const committer = createCommitter({
    ...options,
    segments: new Map(),
    fail: (error) => failures.push(error),
  });
  await committer.start();
  appendOne(committer, 0);
  await committer.commit();
  const { rmSync } = await import('node:fs');
  rmSync(folder, { recursive: true });
  appendOne(committer, 1);
  await assert.rejects(committer.commit(), { code: 'ENOENT' });
  assert.equal(failures.length, 1);
  assert.equal(committer.durable, 1);
});
