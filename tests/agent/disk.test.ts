/** The agent as a process on a disk that takes nothing. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openIdentity, publishKey } from '../../agent/identity.ts';
import { SmallDisk, whyNoDisk } from '../faults/full/small-disk.ts';
import { eventually } from '../helpers/eventually.ts';
import { startProgram } from '../helpers/programs.ts';
import { WireBox } from '../helpers/wire-box.ts';

test('an agent that starts on a full or a read-only disk sends what it measures', {
  skip: whyNoDisk() ?? false,
}, async (t) => {
  const disk = new SmallDisk(256 * 1024);
  t.after(() => disk.remove());
  const state = join(disk.folder, 'state', 'agent');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const run = mkdtempSync(join(tmpdir(), 'nm-run-'));
  t.after(() => rmSync(run, { recursive: true, force: true }));
  const identity = await openIdentity(state);
  await publishKey(identity, state);
  const box = await WireBox.start({ admitted: [identity.hash] });
  t.after(() => box.stop());
  for (const [index, how] of (['full', 'read-only'] as const).entries()) {
    if (how === 'full') disk.fill(0);
    else disk.remount('ro');
    const agent = startProgram({
      main: 'agent/main.ts',
      args: ['--box', `127.0.0.1:${box.port}`, '--box-hash', box.hash, '--interval', '1s'],
      env: { NETMONITOR_HOME: disk.folder, NETMONITOR_RUN: run },
    });
    try {
      const session = await box.session(index);
      await eventually(`ticks on a ${how} disk`, () => session.ticks.length >= 1);
    } finally {
      await agent.end();
    }
    assert.equal(agent.said().includes('the disk takes nothing'), how === 'read-only');
  }
});
