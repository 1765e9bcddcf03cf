import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Announce, type Service, serviceOf } from '../../appliance/ingest/announce.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';

function setup(more: { fails?: (address: string) => boolean } = {}) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const events: string[] = [];
  const services: Service[] = [];
  let addresses = ['192.168.1.5'];
  const announce = new Announce({
    service: () => serviceOf({ id: 'f'.repeat(64), name: 'netmonitor-abcd', port: 7412 }),
    clock,
    log: createLog({ name: 'x', level: 'debug', write: (line) => lines.push(line) }),
    addresses: () => addresses,
    respond: (address, service) => {
      if (more.fails?.(address)) throw new Error('no such device');
      events.push(`+${address}`);
      services.push(service);
      return {
        stop: async () => {
          events.push(`-${address}`);
        },
      };
    },
  });
  const become = (next: string[]) => {
    addresses = next;
  };
  return { clock, announce, events, services, become, lines };
}

test('one responder for each address tells the real port and the key', async () => {
  const { announce, events, services, become } = setup();
  become(['10.0.0.2', '192.168.1.5']);
  await announce.start();
  assert.deepEqual(events, ['+10.0.0.2', '+192.168.1.5']);
  assert.deepEqual(services[0], {
    name: 'netmonitor-abcd',
    host: 'netmonitor-abcd.local',
    port: 7412,
    txt: { v: '1', id: 'f'.repeat(64), name: 'netmonitor-abcd' },
  });
});

test('new addresses are announced within five seconds, after a goodbye at the old ones', async () => {
  const { announce, clock, events, become } = setup();
  await announce.start();
  await clock.advance(20_000);
  assert.deepEqual(events, ['+192.168.1.5']);
  become(['192.168.7.1']);
  await clock.advance(5_000);
  assert.deepEqual(events, ['+192.168.1.5', '-192.168.1.5', '+192.168.7.1']);
  become([]);
  await clock.advance(5_000);
  become(['192.168.7.1']);
  await clock.advance(5_000);
  assert.deepEqual(events.slice(3), ['-192.168.7.1', '+192.168.7.1']);
});

test('the same addresses in another order are no change', async () => {
  const { announce, clock, events, become } = setup();
  become(['a', 'b']);
  await announce.start();
  become(['b', 'a']);
  await clock.advance(10_000);
  assert.deepEqual(events, ['+a', '+b']);
});

test('it says goodbye when it stops, and looks no more', async () => {
  const { announce, clock, events } = setup();
  await announce.start();
  await announce.stop();
  assert.deepEqual(events, ['+192.168.1.5', '-192.168.1.5']);
  assert.equal(clock.timers, 0);
});

test('an address on which it does not work keeps nobody from the others', async () => {
  const { announce, events, become, lines } = setup({ fails: (address) => address === 'a' });
  become(['a', 'b']);
  await announce.start();
  assert.deepEqual(events, ['+b']);
  assert.equal(lines.filter((line) => line.includes('no such device')).length, 1);
});
