/** The table of the fault tests is loaded for each of them: what it began would keep a run from ending. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

test('loading the table of fault tests begins nothing that would have to end', () => {
  const table = new URL('index.ts', import.meta.url).href;
  const script = `
    await import(${JSON.stringify(table)});
    const begun = process.getActiveResourcesInfo().filter((one) => one !== 'PipeWrap');
    process.stdout.write('begun: ' + begun.join());
  `;
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    // What it begins might go on for minutes.
    timeout: 60_000,
  });
  assert.deepEqual([status, stdout], [0, 'begun: ']);
});
