import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../appliance/runtime/errors.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { beginReset, finishReset, lastReset } from '../../../appliance/runtime/reset.ts';
import { followResets, type ResetClient } from '../../../appliance/store/client/resets.ts';
import { eventually } from '../../helpers/eventually.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

type Fake = ResetClient & { says: string | null; up(): void; asked: number };

function storeThatSays(says: string | null): Fake {
  let listener = (): void => undefined;
  return {
    says,
    asked: 0,
    up: () => listener(),
    async last() {
      this.asked++;
      return this.says;
    },
    begin: async () => undefined,
    onUp(next) {
      listener = next;
      return { stop: () => undefined };
    },
    close: () => undefined,
  };
}

/** What a daemon with this folder does when the store comes up: the code it ends with, null if it goes on. */
async function meets(client: Fake, stateDir: string): Promise<string | null> {
  const log = createLog({ name: 'test', level: 'error', write: () => undefined });
  const code = await new Promise<string | null>((resolve) => {
    const fail = (error: unknown) => resolve(error instanceof Failure ? error.code : 'other');
    const part = followResets({ client, stateDir, log, fail });
    void part.start(new AbortController().signal).then(async () => {
      client.up();
      await eventually('the store was asked', () => client.asked > 0);
      // Whoever forgets has said so on the disk before it ends.
      if (client.says === null || client.says === (await lastReset(stateDir))) {
        await new Promise((done) => setTimeout(done, 50));
        resolve(null);
      }
    });
  });
  client.asked = 0;
  return code;
}

test('a daemon that was away when the box was put back forgets when it meets the store again, and once', async (t) => {
  const stateDir = temporaryFolder(t);
  const store = storeThatSays('a1');
  assert.equal(await meets(store, stateDir), 'CLOSED');
  assert.equal(await finishReset(stateDir), 'a1');
  assert.equal(await meets(store, stateDir), null);
  store.says = 'b2';
  assert.equal(await meets(store, stateDir), 'CLOSED');
});

test('a store that was made anew, restored or never put back lets nobody forget', async (t) => {
  const stateDir = temporaryFolder(t);
  await beginReset(stateDir, 'a1');
  await finishReset(stateDir);
  assert.equal(await meets(storeThatSays(null), stateDir), null);
  assert.equal(await finishReset(stateDir), null);
});
