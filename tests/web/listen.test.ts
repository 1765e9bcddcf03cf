import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { exitCodeOf } from '../../appliance/runtime/errors.ts';
import { listen } from '../../appliance/web/listen.ts';

test('a taken port is said with the key that changes it, and restarting is not tried', async (t) => {
  const first = createServer();
  t.after(() => first.close());
  first.listen(0, '127.0.0.1');
  await once(first, 'listening');
  const { port } = first.address() as AddressInfo;
  await assert.rejects(
    listen(createServer(), { host: '127.0.0.1', port, key: 'https_port' }),
    (error: Error) => {
      assert.equal(exitCodeOf(error), 78);
      assert.match(error.message, new RegExp(`port ${port} .*taken by another program.*https_port`));
      return true;
    },
  );
});

test('an address that is not ours is said as such', async () => {
  await assert.rejects(listen(createServer(), { host: '203.0.113.9', port: 0, key: 'https_port' }), {
    code: 'CONFIG_INVALID',
    path: 'listen',
  });
});

test('gives the port that was opened', async (t) => {
  const server = createServer();
  t.after(() => server.close());
  assert.ok((await listen(server, { host: '127.0.0.1', port: 0, key: 'https_port' })) > 0);
});
