/** The page's process was taken over: it asks its sockets for what is not the page's. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { createLocalClient } from '../../../appliance/runtime/socket/client.ts';
import { createDisplayClient } from '../../../display/client/client.ts';
import type { Attack } from '../attack.ts';

const note = { who: 'box', role: 'none', from: 'box', text: { en: 'forged', fr: 'forged' } };
const words = [
  'machine.admitted',
  'machine.removed',
  'enrolment.token-made',
  'store.started',
  'clock.set',
  'incident.opened',
];

export const takenOverPage: Attack = {
  threat: 21,
  about: 'what a taken-over page asks of store and screen: samples, machines, records, words of others',
  by: 'A1',
  guard: { file: 'appliance/store/roles.table.ts', name: "'POST /v1/append': ['ingest']" },
  async control({ box }) {
    const store = createLocalClient({ path: join(box.runDir, 'store-web', 'sock') });
    await store.get('/v1/records/users');
    await store.post('/v1/journal', { ...note, kind: 'test.control' });
    store.close();
  },
  async attack({ box }) {
    const store = createLocalClient({ path: join(box.runDir, 'store-web', 'sock') });
    const before = await box.store.machines();
    const refused: string[] = [];
    const refuses = async (what: string, asked: Promise<unknown>) => {
      await assert.rejects(asked, { code: /^(FORBIDDEN|NOT_FOUND)$/ }, what);
      refused.push(what);
    };
    try {
      await refuses('samples', store.postBytes('/v1/append', new Uint8Array(16)));
      await refuses(
        'a machine',
        store.post('/v1/machines', { key: 'a'.repeat(64), name: 'x', by: 'x', local: false }),
      );
      await refuses('another name', store.patch('/v1/machines/1', { name: 'x' }));
      await refuses('removal', store.delete('/v1/machines/1'));
      await refuses('a backup with all secrets', store.post('/v1/backup', { passphrase: null }));
      await refuses("the door's clock votes", store.post('/v1/clock/votes', {}));
      for (const namespace of ['ingest.tokens', 'ingest.boots', 'watch.incidents', 'store.clock']) {
        await refuses(`reading ${namespace}`, store.get(`/v1/records/${namespace}`));
        await refuses(`writing ${namespace}`, store.put(`/v1/records/${namespace}/x`, {}));
      }
      for (const kind of words) await refuses(`saying ${kind}`, store.post('/v1/journal', { ...note, kind }));
      const display = createDisplayClient({ runDir: box.runDir, as: 'web' });
      await assert.rejects(display.press('recovery'), 'the long hold of the button');
      await assert.rejects(display.press('down'), 'a finger on the button');
      display.close();
    } finally {
      store.close();
    }
    assert.deepEqual(
      (await box.store.machines()).map(({ machine, name }) => [machine, name]),
      before.map(({ machine, name }) => [machine, name]),
    );
    return `FORBIDDEN or NOT_FOUND, ${refused.length + 2} ways`;
  },
};
