/** The bundles as they are shipped: built anew, away from the clone's packages, and really run. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createStoreClient } from '../../appliance/store/client/client.ts';
import { createDisplayClient } from '../../display/client/client.ts';
import { buildBundles, entries } from '../../image/bundles.ts';
import { BundledBox } from '../bench/box.ts';
import { eventually } from '../helpers/eventually.ts';
import { repository } from '../helpers/programs.ts';

const run = promisify(execFile);

describe('the bundles', () => {
  let bundles: string;
  before(async () => {
    bundles = await mkdtemp(join(tmpdir(), 'nm-bundles-'));
    await buildBundles({ root: repository, outDir: bundles });
  });
  after(() => rm(bundles, { recursive: true, force: true }));

  it('each explain themselves', async () => {
    for (const name of Object.keys(entries)) {
      const { stdout } = await run(process.execPath, [join(bundles, name, 'main.mjs'), '--help']);
      assert.match(stdout, /usage|Usage/, name);
    }
  });

  it('are together a box that hears its own agent, keeps its samples and draws its screen', async () => {
    const box = await BundledBox.create({ bundles });
    const store = createStoreClient({ runDir: box.runDir, as: 'console' });
    const display = createDisplayClient({ runDir: box.runDir, as: 'console' });
    try {
      await box.start();
      const [machine] = await eventually('the agent is up', async () => {
        const up = (await store.machines()).filter(({ local, state }) => local && state === 'up');
        return up.length > 0 && up;
      });
      assert.ok(machine);
      await eventually('samples', async () => (await store.latest(machine.machine)).length > 10);
      const { bits } = await display.frame();
      assert.ok(Buffer.from(bits, 'base64').some((byte) => byte !== 0));
    } finally {
      store.close();
      display.close();
      await box.remove();
    }
  });
});
