/** Copies by links: whatever LevelDB makes of one, the files that it was made of stay. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { creationOptions, databaseAt, openOptions } from '../../../appliance/store/database/database.ts';
import { cloneDatabase, cloneLive } from '../../../appliance/store/recovery/clone.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

for (const clone of [cloneDatabase, cloneLive]) {
  test(`a table that is in no list is not written over through its copy: ${clone.name}`, async (t) => {
    const parent = temporaryFolder(t);
    const [from, to] = [join(parent, 'db'), join(parent, 'copy')];
    const database = databaseAt(from);
    await database.open(creationOptions);
    await database.put(Buffer.from('a'), Buffer.from('one'), { sync: true });
    await database.close();
    // As a cut between a table and its entry in the list leaves them: the numbers are given again.
    const left = Array.from({ length: 20 }, (_, at) => join(from, `${String(at + 4).padStart(6, '0')}.ldb`));
    for (const path of left) writeFileSync(path, path);
    await clone(from, to);
    const copy = databaseAt(to);
    await copy.open(openOptions);
    assert.equal(String(await copy.get(Buffer.from('a'))), 'one');
    await copy.close();
    for (const path of left) assert.equal(readFileSync(path, 'utf8'), path);
  });
}
