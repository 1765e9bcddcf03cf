/** What is carried over from a damaged database, as the child process does it. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { crc32 } from 'node:zlib';
import {
  creationOptions,
  type Database,
  databaseAt,
  openOptions,
} from '../../../appliance/store/database/database.ts';
import { writeTable } from '../../../appliance/store/database/tables.ts';
import { blockKey, rangeOf } from '../../../appliance/store/keys.ts';
import { salvage } from '../../../appliance/store/recovery/salvage.ts';
import { spareFolder, writeSpare } from '../../../appliance/store/recovery/spare.ts';
import { emptyState } from '../../../appliance/store/recovery/spare-state.ts';
import { runA } from '../../helpers/store-parts.ts';

const blocks = Array.from({ length: 4 }, (_, at) => ({
  key: blockKey(1, at * 1000, runA, at),
  value: randomBytes(2000),
}));

/** A folder with a source, a target without anything, and the copy that expects all of the blocks. */
async function prepared(
  t: TestContext,
  fill: (source: Database, folder: string) => Promise<void>,
): Promise<{ job: Parameters<typeof salvage>[0]; carried: () => Promise<[Buffer, Buffer][]> }> {
  const folder = mkdtempSync(join(tmpdir(), 'nm-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [source, target] = [join(folder, 'source'), join(folder, 'target')];
  const made = databaseAt(source);
  await made.open(creationOptions);
  await fill(made, source);
  await made.close();
  const empty = databaseAt(target);
  await empty.open(creationOptions);
  await empty.close();
  const state = emptyState();
  for (const { key, value } of blocks) state.blocks.put({ key, crc: crc32(value), spanMs: 0 });
  await writeSpare(folder, state);
  return {
    job: { source, target, repair: true, spareFolder: spareFolder(folder) },
    async carried() {
      const result = databaseAt(target);
      await result.open(openOptions);
      const found = await result.iterator(rangeOf('block')).all();
      await result.close();
      return found;
    },
  };
}

/** What nobody asks for, but what repair reads all of: it takes longer than to open the folder. */
const bulk = Array.from({ length: 8 }, (_, at) => ({
  ...{ type: 'put' as const, key: blockKey(2, at * 1000, runA, at) },
  value: Buffer.alloc(1 << 20, randomBytes(4096)),
}));
const puts = blocks.map((one) => ({ type: 'put' as const, ...one }));

test('a table that the list of tables has lost is found by repair, and opened only then', async (t) => {
  const older = mkdtempSync(join(tmpdir(), 'nm-'));
  t.after(() => rmSync(older, { recursive: true, force: true }));
  let folder = '';
  const { job, carried } = await prepared(t, async (database, source) => {
    folder = source;
    for (const name of readdirSync(source).filter((one) => one.startsWith('MANIFEST')))
      copyFileSync(join(source, name), join(older, name));
    await database.batch([...puts, ...bulk]);
    await writeTable(database);
  });
  // Whoever opens this deletes the table, because the list does not name it.
  for (const name of readdirSync(older)) copyFileSync(join(older, name), join(folder, name));
  assert.deepEqual(await salvage(job), {
    copied: blocks.length,
    remaining: 0,
    why: null,
    seq: 0,
    damaged: [],
  });
  assert.deepEqual(
    await carried(),
    blocks.map(({ key, value }) => [key, value]),
  );
});

test('of a value that was written over, repair gives the newer one and not what was there before', async (t) => {
  const { job, carried } = await prepared(t, async (database) => {
    await database.batch(puts);
    await writeTable(database);
    await database.put(blocks[0]!.key, Buffer.from('damaged'));
  });
  assert.deepEqual(await salvage(job), {
    copied: blocks.length - 1,
    remaining: 1,
    why: null,
    seq: 0,
    damaged: [],
  });
  assert.deepEqual((await carried())[0], [blocks[1]!.key, blocks[1]!.value]);
});
