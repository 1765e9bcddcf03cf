/** Waiting for daemons that do not come. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { daemonNames } from '../../appliance/launch/daemons.ts';
import { untilReady } from '../../appliance/launch/readiness.ts';

describe('waiting until all is up', () => {
  it('tells once who is missing, and goes on waiting until it is stopped', async () => {
    const runDir = await mkdtemp(join(tmpdir(), 'nm-'));
    const stopping = new AbortController();
    const told: (readonly string[])[] = [];
    const waiting = untilReady(runDir, stopping.signal, {
      slowAfterMs: 50,
      onSlow: (missing) => {
        told.push(missing);
        setTimeout(() => stopping.abort(), 200);
      },
    });
    await assert.rejects(waiting, { name: 'AbortError' });
    assert.deepEqual(told, [daemonNames]);
    await rm(runDir, { recursive: true, force: true });
  });
});
