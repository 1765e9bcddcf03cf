// Every route of the door's inner side and every caller: what the table gives, and nothing else.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ingestRoles, ingestSocket } from '../../appliance/ingest/client/roles.ts';
import { routeRoles } from '../../appliance/ingest/roles.table.ts';
import { Failure } from '../../appliance/runtime/errors.ts';
import { createLocalClient } from '../../appliance/runtime/socket/client.ts';
import { startStation } from '../helpers/ingest-station.ts';
import { MemoryStore } from '../helpers/memory-store.ts';

test('each caller gets its routes and is refused all others', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  for (const role of ingestRoles) {
    const local = createLocalClient({ path: join(station.folder, ingestSocket(role)) });
    t.after(() => local.close());
    for (const [name, roles] of Object.entries(routeRoles)) {
      const [method, pattern = ''] = name.split(' ');
      if (/changes|results/.test(pattern)) continue; // A stream: followed below.
      const path = pattern.replace(':machine', '7').replace(':id', 'a'.repeat(64));
      const asked = { GET: local.get, PUT: local.put }[method ?? ''] ?? local.post;
      const code = await asked(path).then(
        () => 'answered',
        (error: unknown) => (error instanceof Failure ? error.code : String(error)),
      );
      assert.equal(code !== 'FORBIDDEN', roles.includes(role), `${role}: ${name}: ${code}`);
      assert.notEqual(code, 'INTERNAL', `${role}: ${name}`);
    }
  }
});

test('watch does not see who waits', async (t) => {
  const station = await startStation(t, new MemoryStore().client());
  const follow = (role: (typeof ingestRoles)[number], path = '/v1/changes') =>
    new Promise<string>((resolve) => {
      const local = createLocalClient({ path: join(station.folder, ingestSocket(role)) });
      const following = local.follow(path, {
        onLine: () => resolve('told'),
        onDown: ({ code }) => resolve(code),
      });
      t.after(() => {
        following.stop();
        local.close();
      });
    });
  assert.equal(await follow('display'), 'told');
  assert.equal(await follow('watch'), 'FORBIDDEN');
  assert.equal(await follow('display', '/v1/probe-results'), 'FORBIDDEN');
});

test('the panel makes no tokens and removes no machine', () => {
  const panels = Object.entries(routeRoles).filter(([, roles]) => roles.includes('display'));
  assert.deepEqual(
    panels.filter(([name]) => /tokens|machines|release/.test(name)),
    [],
  );
});
