import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Service } from 'bonjour-service';
import { candidatesOf } from '../../../agent/find/mdns.ts';
import type { AgentStatus } from '../../../agent/status.ts';
import { createLocalClient } from '../../../appliance/runtime/socket/client.ts';
import { eventually } from '../../helpers/eventually.ts';
import { Lan } from '../../helpers/lan.ts';
import { startProgram } from '../../helpers/programs.ts';

const heard = (service: object) => candidatesOf(service as Service, 'eth0');
const id = 'ab'.repeat(32);

test('tries the address that the announcement came from first, then all that it names', () => {
  const found = heard({
    port: 7411,
    referer: { address: '10.0.0.5' },
    addresses: ['192.168.7.5', '10.0.0.5', 'fe80::5', '2001:db8::5'],
    txt: { id },
  });
  assert.deepEqual(
    found.map(({ host }) => host),
    ['10.0.0.5', '192.168.7.5', 'fe80::5%eth0', '2001:db8::5'],
  );
  assert.ok(found.every(({ port, announcedHash }) => port === 7411 && announcedHash === id));
});

test('an announcement without a usable port or with strange addresses is nothing', () => {
  assert.deepEqual(heard({ port: 0, addresses: ['10.0.0.5'] }), []);
  assert.deepEqual(heard({ port: 70_000, addresses: ['10.0.0.5'] }), []);
  assert.deepEqual(heard({ port: 7411, addresses: ['evil.example', '10.0.0.5; rm'] }), []);
  assert.deepEqual(heard({ port: 7411, addresses: ['10.0.0.5'], txt: { id: 'no hash' } }), [
    { host: '10.0.0.5', port: 7411 },
  ]);
});

test('finds a box of the LAN by multicast alone, also one that comes late', {
  skip: await Lan.missing(),
}, async () => {
  const lan = await Lan.create();
  const home = await mkdtemp(join(tmpdir(), 'nm-mdns-'));
  const here = await lan.addHost();
  const there = await lan.addHost();
  const agent = startProgram({
    main: 'agent/main.ts',
    args: ['--log-level', 'debug'],
    env: { NETMONITOR_HOME: home, NETMONITOR_RUN: join(home, 'run') },
    prefix: here.prefix,
  });
  const box = startProgram({
    main: 'tests/helpers/announced-box.ts',
    args: [there.address, '3000'],
    prefix: there.prefix,
  });
  const client = createLocalClient({ path: join(home, 'run', 'agent.sock') });
  try {
    const status = await eventually('the agent greets the box', async () => {
      const now = (await client.get('/v1/status')) as AgentStatus;
      return now.state === 'untrusted' && now;
    });
    assert.equal(status.rung, 'mdns');
    assert.match(status.box?.address ?? '', new RegExp(`^${there.address.replaceAll('.', '\\.')}:`));
    assert.match(box.said(), new RegExp(`announced ${status.box?.hash}`));
    assert.equal(status.pin, null);
  } catch (error) {
    throw new Error(`the agent said:\n${agent.said()}\nthe box said:\n${box.said()}`, { cause: error });
  } finally {
    client.close();
    await Promise.all([agent.end(), box.end()]);
    await lan.remove();
    await rm(home, { recursive: true, force: true });
  }
});
