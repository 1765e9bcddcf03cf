/** Somebody who may administer wants that what happened did not happen. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createLocalClient } from '../../../appliance/runtime/socket/client.ts';
import type { JournalCheck, JournalCleanup } from '../../../appliance/store/client/journal-types.ts';
import type { Attack } from '../attack.ts';
import { admin, type Scene } from '../scene.ts';

const cleanUp = ({ ask, cookie }: Scene, body: object) =>
  ask('/api/v1/journal/cleanup', { method: 'POST', cookie, body });

export const rewrittenJournal: Attack = {
  threat: 21,
  about: 'removing, changing or adding what is written in the journal, as an admin',
  by: 'A3',
  guard: { file: 'appliance/store/journal/journal.ts', name: 'append(anchorNote(' },
  async control(scene) {
    const preview = await cleanUp(scene, { beforeMs: Date.now(), preview: true });
    assert.equal(preview.status, 200, preview.text);
    assert.ok((preview.json as { entries: number }).entries > 0);
  },
  async attack(scene) {
    const { ask, cookie, box } = scene;
    const before = await scene.lastEntry();
    for (const [method, path] of [
      ['DELETE', `/api/v1/journal/${before}`],
      ['PUT', `/api/v1/journal/${before}`],
      ['PATCH', `/api/v1/journal/${before}`],
      ['DELETE', '/api/v1/journal'],
      ['POST', '/api/v1/journal'],
    ] as const)
      assert.equal((await ask(path, { method, cookie, body: {} })).status, 404, `${method} ${path}`);
    const removed = await cleanUp(scene, { beforeMs: Date.now(), preview: false });
    assert.equal(removed.status, 200, removed.text);
    const { entries, anchor } = removed.json as JournalCleanup;
    assert.ok(anchor !== null && anchor.id > before, 'the removal leaves no entry');
    assert.equal(anchor.who, admin.name);
    // Once more, later: the entry about the removal must not be what is removed without a trace.
    await cleanUp(scene, { beforeMs: Date.now() + 86_400_000, preview: false });
    const { text } = await ask('/api/v1/journal?kind=journal.cleaned', { cookie });
    assert.match(text, /"kind":"journal.cleaned"/);
    const store = createLocalClient({ path: join(box.runDir, 'store-console', 'sock') });
    const check = (await store.get('/v1/journal/verify')) as JournalCheck;
    store.close();
    assert.deepEqual(check.problems, []);
    assert.equal(check.broken, null);
    return `no way to change an entry; the removal of ${entries} stays written, by whom`;
  },
};
