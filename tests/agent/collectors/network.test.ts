import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUp, network, parseNetDev } from '../../../agent/collectors/network.ts';
import { RecordedMachine, scanOf } from '../../helpers/collecting.ts';

test('reads traffic also where the name and the first number touch', () => {
  using machine = new RecordedMachine('pi');
  const wlan = parseNetDev(machine.proc.lines('net/dev') ?? scanOf('')).get('wlan0');
  assert.deepEqual(wlan?.receive, { bytes: 912330412, packets: 1204411, errors: 0, dropped: 12 });
  assert.deepEqual(wlan?.transmit, { bytes: 80221044, packets: 610022, errors: 0, dropped: 1 });
});

test('tells which interfaces of a Pi are up, and leaves out a speed that the driver does not know', async () => {
  using machine = new RecordedMachine('pi');
  const values = await machine.on(network)();
  assert.equal(values['system.network.up:wlan0'], 1);
  assert.equal(values['system.network.up:eth0'], 0);
  assert.equal('system.network.up:lo' in values, false);
  assert.equal(values['system.network.mtu:eth0'], 1500);
  assert.equal('system.network.speed:eth0' in values, false);
  assert.equal('system.network.speed:wlan0' in values, false);
});

test('reads the speed again after a minute, not before', async () => {
  using machine = new RecordedMachine('pi');
  const read = machine.on(network);
  await read();
  machine.write('sys/class/net/eth0/speed', '1000\n');
  await machine.clock.advance(5_000);
  assert.equal('system.network.speed:eth0' in (await read()), false);
  await machine.clock.advance(55_000);
  assert.equal((await read())['system.network.speed:eth0'], 1_000_000_000);
});

test('an interface that is gone gives back its descriptors, one that comes is measured', async () => {
  using machine = new RecordedMachine('pi');
  const read = machine.on(network);
  await read();
  const held = machine.sys.held;
  const before = machine.proc.text('net/dev') ?? '';
  machine.write('proc/net/dev', before.replace(/^ wlan0.*\n/m, ''));
  assert.equal('system.network.io:wlan0:receive' in (await read()), false);
  assert.ok(machine.sys.held < held);
  machine.write('proc/net/dev', before);
  assert.equal((await read())['system.network.io:wlan0:receive'], 912330412);
});

test('ends of containers are left out', () => {
  const line = 'vethab12: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n';
  assert.equal(parseNetDev(scanOf(line)).size, 0);
});

test('an unknown state is decided by the carrier, a missing one by nobody', () => {
  assert.equal(
    isUp(scanOf('unknown\n'), () => 1),
    true,
  );
  assert.equal(
    isUp(scanOf('unknown\n'), () => undefined),
    false,
  );
  assert.equal(
    isUp(scanOf('lowerlayerdown\n'), () => 1),
    false,
  );
  assert.equal(
    isUp(undefined, () => 1),
    undefined,
  );
});

for (const text of [
  '',
  'Inter-|',
  'eth0: 1 2 3\n',
  'eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13',
  'eth0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n',
]) {
  test(`finds no interface in ${JSON.stringify(text)}`, () => {
    assert.equal(parseNetDev(scanOf(text)).size, 0);
  });
}
