/** The agent as a process on a disk that takes nothing. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openIdentity, publishKey } from '../../agent/identity.ts';
import { SmallDisk, whyNoDisk } from '../faults/full/small-disk.ts';
import { eventually } from '../helpers/eventually.ts';
import { startProgram } from '../helpers/programs.ts';
import { WireBox } from '../helpers/wire-box.ts';

const skip = whyNoDisk() ?? false;

async function onSmallDisk(t: TestContext) {
  const disk = new SmallDisk(256 * 1024);
  t.after(() => disk.remove());
  const state = join(disk.folder, 'state', 'agent');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const identity = await openIdentity(state);
  await publishKey(identity, state);
  return { disk, state, identity };
}

test('on a full disk the key that is published already is no reason to write', { skip }, async (t) => {
  const { disk, state, identity } = await onSmallDisk(t);
  disk.fill(0);
  await publishKey(identity, state);
  rmSync(join(state, 'public', 'local-agent.pub'));
  disk.fill(0);
  await assert.rejects(publishKey(identity, state), { code: 'UNAVAILABLE' });
});

test('an agent that starts on a read-only disk sends what it measures', { skip }, async (t) => {
  const { disk, identity } = await onSmallDisk(t);
  const run = mkdtempSync(join(tmpdir(), 'nm-run-'));
  t.after(() => rmSync(run, { recursive: true, force: true }));
  const box = await WireBox.start({ admitted: [identity.hash] });
  t.after(() => box.stop());
  disk.remount('ro');
  const agent = startProgram({
    main: 'agent/main.ts',
    args: ['--box', `127.0.0.1:${box.port}`, '--box-hash', box.hash, '--interval', '1s'],
    env: { NETMONITOR_HOME: disk.folder, NETMONITOR_RUN: run },
  });
  t.after(() => agent.end());
  const session = await box.session(0);
  await eventually('ticks', () => session.ticks.length >= 1);
  assert.match(agent.said(), /the disk takes nothing/);
});
