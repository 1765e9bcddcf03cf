import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { Failure } from '../../appliance/runtime/errors.ts';
import { listen, listenFailure } from '../../appliance/runtime/listen.ts';

const refusal = (code: string) => Object.assign(new Error(`listen ${code}`), { code });

test('opens a free port, and says which one is taken', async (t) => {
  const first = createServer();
  t.after(() => first.close());
  await listen(first, { port: 0, host: '127.0.0.1' });
  const address = first.address();
  assert.ok(typeof address === 'object' && address);
  await assert.rejects(
    listen(createServer(), { port: address.port, host: '127.0.0.1' }),
    (error) =>
      error instanceof Failure &&
      error.code === 'PORT_TAKEN' &&
      error.message.startsWith(`port ${address.port} of 127.0.0.1 is taken by another process`),
  );
});

test('an address of another machine is a wrong configuration', async () => {
  await assert.rejects(
    listen(createServer(), { port: 0, host: '192.0.2.1' }),
    (error) =>
      error instanceof Failure && error.code === 'CONFIG_INVALID' && /not an address/.test(error.message),
  );
});

test('a port that needs a right and a folder that needs one are told apart', () => {
  assert.equal(listenFailure(refusal('EACCES'), 'port 443').code, 'CONFIG_INVALID');
  assert.equal(listenFailure(refusal('EACCES'), '/run/x.sock').code, 'STATE_UNWRITABLE');
  assert.equal(listenFailure(refusal('EMFILE'), 'port 443').code, 'UNAVAILABLE');
});
