/** The frame of the fault tests: what counts as met, and how pieces add up. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { describe, it } from 'node:test';
import { isMet, nothingFound, sum } from './fault.ts';
import { readFindings, stateFile, writeFindings } from './progress.ts';

describe('the fault tests', () => {
  it('are met only when every fault that was asked for really happened', () => {
    assert.equal(isMet({ ...nothingFound, injected: 10 }, 10), true);
    assert.equal(isMet({ ...nothingFound, injected: 9 }, 10), false);
  });

  it('are not met when anything at all was found', () => {
    for (const key of ['lost', 'wrong', 'doubled', 'unopenable', 'manual'] as const)
      assert.equal(isMet({ ...nothingFound, injected: 10, [key]: 1 }, 10), false, key);
  });

  it('add up over runs of one commit', async () => {
    const root = await mkdtemp(`${tmpdir()}/nm-`);
    const file = stateFile(root, 'c0ffee', 'kill');
    assert.deepEqual(await readFindings(file), nothingFound);
    await writeFindings(file, sum(await readFindings(file), { ...nothingFound, injected: 3, lost: 1 }));
    await writeFindings(file, sum(await readFindings(file), { ...nothingFound, injected: 4 }));
    assert.deepEqual(await readFindings(file), { ...nothingFound, injected: 7, lost: 1 });
    assert.deepEqual(await readFindings(stateFile(root, 'other', 'kill')), nothingFound);
    await rm(root, { recursive: true, force: true });
  });
});
