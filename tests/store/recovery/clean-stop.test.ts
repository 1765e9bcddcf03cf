import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { markClean, wasStoppedCleanly } from '../../../appliance/store/recovery/clean-stop.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

const clock = new FakeClock();
const none = new Map<string, string>();

function stateWith(t: TestContext, names: readonly string[]): { stateDir: string; db: string } {
  const stateDir = temporaryFolder(t);
  const db = join(stateDir, 'db');
  mkdirSync(db);
  for (const name of names) writeFileSync(join(db, name), `content of ${name}`);
  return { stateDir, db };
}

/** Time that passes with each look at it. */
class HurriedClock extends FakeClock {
  override monotonicMs(): number {
    void this.advance(1_500);
    return super.monotonicMs();
  }
}

test('what a stop left is known again, once', async (t) => {
  const { stateDir } = stateWith(t, ['000005.ldb', 'CURRENT', 'LOCK', 'LOG']);
  await markClean(stateDir, none, clock);
  const { isClean, isWhole, sums } = await wasStoppedCleanly(stateDir, clock);
  assert.deepEqual([isClean, isWhole, [...sums.keys()]], [true, true, ['000005.ldb']]);
  assert.equal((await wasStoppedCleanly(stateDir, clock)).isClean, false);
});

test('a flipped bit in any file, one that is gone and one that is new are no orderly stop', async (t) => {
  const { stateDir, db } = stateWith(t, ['000005.ldb', '000006.log', 'CURRENT']);
  for (const name of ['000005.ldb', '000006.log', 'CURRENT']) {
    await markClean(stateDir, none, clock);
    const bytes = readFileSync(join(db, name));
    writeFileSync(join(db, name), Buffer.from(bytes).fill(bytes[3]! ^ 16, 3, 4));
    assert.equal((await wasStoppedCleanly(stateDir, clock)).isClean, false, name);
    await markClean(stateDir, none, clock);
    rmSync(join(db, name));
    assert.equal((await wasStoppedCleanly(stateDir, clock)).isClean, false, name);
    await markClean(stateDir, none, clock);
    writeFileSync(join(db, name), bytes);
    assert.equal((await wasStoppedCleanly(stateDir, clock)).isClean, false, name);
  }
});

test('tables that there is no time to read count by their length, and not all was read', async (t) => {
  const names = ['000005.ldb', '000006.ldb', '000007.ldb'];
  const { stateDir, db } = stateWith(t, names);
  await markClean(stateDir, none, new HurriedClock());
  const hurried = await wasStoppedCleanly(stateDir, clock);
  assert.deepEqual([hurried.isClean, hurried.isWhole], [true, false]);
  assert.ok(hurried.sums.size < names.length);
  // The next stop has the time, and a sum of before counts though the table was damaged since.
  await markClean(stateDir, hurried.sums, clock);
  const { sums } = await wasStoppedCleanly(stateDir, clock);
  assert.equal(sums.size, names.length);
  writeFileSync(join(db, '000005.ldb'), 'damaged of 000005.ldb');
  await markClean(stateDir, sums, clock);
  assert.equal((await wasStoppedCleanly(stateDir, clock)).isClean, false);
});
