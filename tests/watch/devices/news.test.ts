import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDevice } from '../../../appliance/watch/rules/new-device.ts';
import { eventually } from '../../helpers/eventually.ts';
import { RuleSteps } from '../../helpers/rule-steps.ts';
import { servedWatch } from '../../helpers/served-watch.ts';

const dayMs = 86_400_000;
const ada = { who: 'Ada', role: 'admin', from: '192.0.2.3' };

test('a new device is told of only where somebody wants to know', async (t) => {
  const { lan, duty, store, devices } = await servedWatch(t);
  const nowMs = Date.now();
  const seen = (mac: string, address: string, atMs = nowMs) => ({
    ...{ mac, addresses: [address], names: [], services: [], atMs },
  });
  // This network is known since the day before yesterday.
  lan.tell([seen('3c:2a:f4:00:00:01', '192.0.2.1', nowMs - 2 * dayMs)]);
  lan.tell([seen('3c:2a:f4:00:00:02', '192.0.2.2')]);
  assert.equal(devices.page().devices.length, 2);
  await duty.settled();
  assert.deepEqual(duty.incidents.list(), [], 'the rule comes switched off');
  await duty.library.changeRule('new-device', 'all', { enabled: true }, ada);
  lan.tell([seen('3c:2a:f4:00:00:03', '192.0.2.3')]);
  const [incident] = await eventually('the incident', () => {
    const open = duty.incidents.list();
    return open.length > 0 ? open : undefined;
  });
  assert.deepEqual(
    [incident?.rule, incident?.machine, incident?.severity, incident?.text],
    [
      ...['new-device', null, 'low'],
      {
        en: 'A new device is on the network: 192.0.2.3 (3c:2a:f4:00:00:03)',
        fr: 'Un nouvel appareil est sur le réseau : 192.0.2.3 (3c:2a:f4:00:00:03)',
      },
    ],
  );
  await duty.settled();
  assert.ok(
    [...store.records.keys()].some((key) => key.startsWith('watch.occasions ')),
    'somebody is told',
  );
});

test('that there is a new device is shown for a while', () => {
  const steps = new RuleSteps(newDevice, { showMs: 600_000 });
  assert.equal(steps.show({ at: 0, value: 1 }), 'bad');
  assert.equal(steps.show({ at: 599 }), 'bad');
  assert.equal(steps.show({ at: 600 }), 'good');
});
