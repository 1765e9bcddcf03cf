import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../../appliance/runtime/log.ts';
import { databaseDeeds, deedsOf, writesDone, writeUnderWay } from './moments.ts';

test('tells from the last words of a log which write was under way, and what it was for', () => {
  let said = '';
  const log = createLog({ name: 'store', level: 'debug', write: (line) => (said += `${line}\n`) });
  assert.equal(writeUnderWay(said), null);
  log.debug('writing', { seq: 7, puts: 'rollup', deletes: 'block' });
  assert.deepEqual(deedsOf(writeUnderWay(said)!), ['rollup']);
  log.debug('written', { seq: 7 });
  assert.equal(writeUnderWay(said), null);
  log.debug('writing', { seq: 8, puts: 'block+seen', deletes: '' });
  log.debug('writing', { seq: 8, puts: 'block+seen', deletes: 'journal' });
  assert.deepEqual(deedsOf(writeUnderWay(said)!), ['seal', 'cleanup']);
  log.debug('written', { seq: 8 });
  log.debug('writing', { seq: 9, puts: '', deletes: 'rollup' });
  assert.deepEqual(deedsOf(writeUnderWay(said)!), ['retention']);
  assert.deepEqual(
    (['rollup', 'seal', 'cleanup', 'retention'] as const).map((deed) => writesDone(said, deed)),
    [1, 1, 1, 0],
  );
});

test('tells from the log of LevelDB whether tables were being written or merged', () => {
  const begun = '12:00 7f Level-0 table #11: started\n';
  const done = '12:00 7f Level-0 table #11: 845 bytes OK\n';
  assert.deepEqual(databaseDeeds(begun), ['table']);
  assert.deepEqual(databaseDeeds(begun + done), []);
  const merging = '12:01 7f Compacting 4@0 + 1@1 files\n';
  assert.deepEqual(databaseDeeds(begun + done + merging), ['compaction']);
  assert.deepEqual(databaseDeeds(`${merging}12:02 7f Compacted 4@0 + 1@1 files => 9 bytes\n`), []);
});
