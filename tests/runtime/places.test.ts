import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Failure } from '../../appliance/runtime/errors.ts';
import { placesOf } from '../../appliance/runtime/places.ts';
import { temporaryFolder } from '../helpers/folder.ts';

const bare = { journald: false, argv: [] };

test('an installed daemon lives in the folders of the system', () => {
  assert.deepEqual(placesOf('store', bare), {
    stateDir: '/var/lib/netmonitor/store',
    runDir: '/run/netmonitor',
    configFile: '/etc/netmonitor/store.toml',
  });
});

test('the agent has its own socket folder, where it cannot pose as the appliance', () => {
  assert.equal(placesOf('agent', bare).runDir, '/run/netmonitor-agent');
});

test('systemd may name the folders', () => {
  const places = placesOf('web', { ...bare, stateDirectory: '/srv/state', runtimeDirectory: '/run/x' });
  assert.equal(places.stateDir, '/srv/state');
  assert.equal(places.runDir, '/run/x');
});

test('a home has everything in it, except sockets that were put elsewhere', (t) => {
  const home = temporaryFolder(t);
  assert.deepEqual(placesOf('web', { ...bare, home, runDir: '/tmp/s', stateDirectory: '/ignored' }), {
    stateDir: join(home, 'state/web'),
    runDir: '/tmp/s',
    configFile: join(home, 'config/web.toml'),
  });
  assert.equal(placesOf('web', { ...bare, home }).runDir, join(home, 'run'));
});

test('the address of the sockets is found in the state of the home', (t) => {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'state'));
  writeFileSync(join(home, 'state/run'), '/tmp/nm-abc\n');
  assert.equal(placesOf('web', { ...bare, home }).runDir, '/tmp/nm-abc');
});

test('an address that cannot be read is said, not guessed around', (t) => {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'state/run'), { recursive: true });
  assert.throws(
    () => placesOf('web', { ...bare, home }),
    (error) =>
      error instanceof Failure && error.code === 'CONFIG_INVALID' && error.message.includes('state/run'),
  );
});
