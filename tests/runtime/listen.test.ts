import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { exitCodeOf, Failure } from '../../appliance/runtime/errors.ts';
import { listen, listenFailure, openPort } from '../../appliance/runtime/listen.ts';

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

test('a port of the configuration is given with its number; a taken one with the key that changes it', async (t) => {
  const first = createServer();
  t.after(() => first.close());
  const port = await openPort(first, { host: '127.0.0.1', port: 0, key: 'https_port' });
  assert.ok(port > 0);
  await assert.rejects(
    openPort(createServer(), { host: '127.0.0.1', port, key: 'https_port' }),
    (error: Error) => {
      assert.equal(exitCodeOf(error), 78);
      assert.match(
        error.message,
        new RegExp(`port ${port} .*taken by another process.*https_port \\(--https-port\\)`),
      );
      return true;
    },
  );
});

test('an address that is none of this machine is said with its key, and restarting is not tried', async () => {
  const elsewhere = { code: 'CONFIG_INVALID', path: 'listen' };
  await assert.rejects(openPort(createServer(), { host: '203.0.113.9', port: 0, key: 'port' }), elsewhere);
  for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'EINVAL']) {
    const failure = listenFailure(refusal(code), 'port 443 of nowhere', 'port');
    assert.deepEqual([failure.code, failure.path], [elsewhere.code, elsewhere.path], code);
  }
});
