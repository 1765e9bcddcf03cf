/** The logs of one start. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { freshLog, lastWords } from '../../appliance/launch/log.ts';

describe('the log of a process', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nm-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('begins empty, and that of the run before is kept', async () => {
    const first = await freshLog(folder, 'store');
    await writeFile(first, 'old\n');
    assert.equal(await readFile(await freshLog(folder, 'store'), 'utf8'), '');
    assert.equal(await readFile(`${first}.1`, 'utf8'), 'old\n');
  });

  it('gives the error that a process ended with, without the fields around it', async () => {
    const file = await freshLog(folder, 'web');
    const lines = [
      'level=info daemon=web msg="ready"',
      'level=error daemon=web msg="port \\"443\\" is taken" code=X',
      'level=info msg="stopped"',
    ];
    await writeFile(file, `${lines.join('\n')}\n`);
    assert.equal(await lastWords(file), 'port "443" is taken');
  });

  it('gives the last line when a process died without an error of its own', async () => {
    const file = await freshLog(folder, 'web');
    await writeFile(file, 'first\nSegmentation fault\n');
    assert.equal(await lastWords(file), 'Segmentation fault');
  });
});
