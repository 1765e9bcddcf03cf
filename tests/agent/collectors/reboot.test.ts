import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNewer, reboot } from '../../../agent/collectors/reboot.ts';
import { RecordedMachine } from '../../helpers/collecting.ts';

test('a machine that runs its newest kernel waits for no restart', async () => {
  using machine = new RecordedMachine('laptop');
  assert.deepEqual(await machine.on(reboot)(), { 'system.reboot.pending': 0 });
});

for (const [what, file] of [
  ['Debian’s scripts ask for it', 'run/reboot-required'],
  ['a newer kernel is installed', 'lib/modules/6.1.0-21-amd64/modules.order'],
] as const) {
  test(`a restart is pending when ${what}, seen within five minutes`, async () => {
    using machine = new RecordedMachine('laptop');
    const read = machine.on(reboot);
    await read();
    machine.write(file, '');
    assert.deepEqual(await read(), { 'system.reboot.pending': 0 });
    await machine.clock.advance(300_000);
    assert.deepEqual(await read(), { 'system.reboot.pending': 1 });
  });
}

test('a restart is pending when the running kernel was removed', async () => {
  using machine = new RecordedMachine('laptop');
  machine.remove('lib/modules/6.1.0-18-amd64');
  assert.deepEqual(await machine.on(reboot)(), { 'system.reboot.pending': 1 });
});

test('nothing is said where no kernel is installed', async () => {
  using machine = new RecordedMachine('laptop');
  machine.remove('lib/modules');
  assert.deepEqual(await machine.on(reboot)(), {});
});

test('only a kernel of the same kind is newer', () => {
  assert.ok(isNewer('6.1.0-21-amd64', '6.1.0-18-amd64'));
  assert.ok(isNewer('6.12.47+rpt-rpi-v8', '6.6.31+rpt-rpi-v8'));
  assert.ok(isNewer('6.10.2-1-amd64', '6.9.12-amd64'));
  assert.ok(!isNewer('6.1.0-17-amd64', '6.1.0-18-amd64'));
  assert.ok(!isNewer('6.1.0-18-amd64', '6.1.0-18-amd64'));
  assert.ok(!isNewer('6.1.0-21-rt-amd64', '6.1.0-18-amd64'));
  assert.ok(!isNewer('6.12.47+rpt-rpi-2712', '6.12.25+rpt-rpi-v8'));
  assert.ok(!isNewer('extramodules', '6.1.0-18-amd64'));
});
