import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLadder, rungs } from '../../../agent/find/index.ts';
import { parseAddress } from '../../../agent/find/typed.ts';
import { systemClock } from '../../../appliance/runtime/clock.ts';
import { createLog } from '../../../appliance/runtime/log.ts';

for (const [text, host, port] of [
  ['box.local', 'box.local', 7411],
  ['192.168.1.20:7500', '192.168.1.20', 7500],
  ['2001:db8::1', '2001:db8::1', 7411],
  ['fe80::1%eth0', 'fe80::1%eth0', 7411],
  ['[2001:db8::1]:7500', '2001:db8::1', 7500],
  ['[::1]', '::1', 7411],
] as const) {
  test(`reads ${text} as an address`, () => assert.deepEqual(parseAddress(text), { host, port }));
}

for (const text of ['', ':7411', 'box:0', 'box:70000', 'box:port', '[::1', '[box]', 'a:b:', 'two words']) {
  test(`refuses ${JSON.stringify(text)} in plain words`, () => {
    assert.throws(() => parseAddress(text), { code: 'CONFIG_INVALID', message: /no address of a box/ });
  });
}

test('where the installer found the box is looked at when all else finds nothing', async () => {
  const log = createLog({ name: 'agent', level: 'error' });
  const options = { box: '', doorFile: '', discover: true, seen: '10.1.2.3:7500', clock: systemClock, log };
  const found = [];
  for (const discover of [true, false])
    for await (const one of rungs.installer({ ...options, discover }, new AbortController().signal))
      found.push(one);
  assert.deepEqual(found, [{ host: '10.1.2.3', port: 7500 }]);
});

test('whoever typed an address means that one: nothing else is asked', async () => {
  const log = createLog({ name: 'agent', level: 'error' });
  const found = [];
  const options = {
    box: '10.1.2.3',
    doorFile: '/nonexistent/door.json',
    discover: true,
    clock: systemClock,
    log,
  };
  for await (const one of createLadder(options)(new AbortController().signal)) found.push(one);
  assert.deepEqual(found, [{ host: '10.1.2.3', port: 7411, rung: 'typed' }]);
});
