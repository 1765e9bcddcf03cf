import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import type { DatedNeighbour, NeighbourNews } from '../../../appliance/ingest/client/types.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import type { Device } from '../../../appliance/watch/client/devices.ts';
import type { ProbeDefinition } from '../../../appliance/watch/client/probes.ts';
import { Devices } from '../../../appliance/watch/devices/devices.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { LanDoorInRam } from '../../helpers/lan-door.ts';
import { WatchStoreInRam, watchedMachine } from '../../helpers/watch-store.ts';

const dayMs = 86_400_000;
const ada = { who: 'Ada', role: 'admin', from: '192.0.2.3' };
const log = createLog({ name: 'watch', level: 'error', write: () => undefined });

let clock: FakeClock;
let store: WatchStoreInRam;
let devices: Devices;
let door: LanDoorInRam;
let news: Device[];
let probes: ProbeDefinition[];
let trusted: boolean;

function begin(): Devices {
  return new Devices({
    ...{ store: store.client(), clock, log, probes: () => probes },
    now: () => ({ wallMs: clock.wallMs(), trusted }),
    machines: () => [...store.machines.values()],
    vendors: { nameOf: (mac) => (mac.startsWith('02:fc') ? null : 'Brother Industries') },
    onNew: (device) => news.push(device),
    door,
  });
}

const hear = ({ neighbours, searched }: NeighbourNews) => door.tell(neighbours, searched);

beforeEach(async () => {
  clock = new FakeClock();
  store = new WatchStoreInRam({ anchorMs: clock.wallMs(), wallMs: () => clock.wallMs() });
  [news, probes, door, trusted] = [[], [], new LanDoorInRam(), true];
  devices = begin();
  await devices.load();
  devices.start();
});

function seen(more: Partial<DatedNeighbour>): DatedNeighbour {
  return { addresses: ['192.0.2.7'], names: [], services: [], atMs: clock.wallMs(), ...more };
}
const printer = () => seen({ mac: '3c:2a:f4:00:00:07', names: ['hall-printer'], services: ['_ipp._tcp'] });

async function restarted(): Promise<void> {
  await devices.stop();
  devices = begin();
  await devices.load();
  devices.start();
}

test('what was seen is kept over a restart, with its maker and what could be checked of it', async () => {
  hear({ neighbours: [printer()] });
  await restarted();
  const [device, ...others] = devices.page().devices;
  assert.deepEqual(others, []);
  assert.deepEqual(
    [device?.id, device?.vendor, device?.names, device?.standing, device?.isMadeUp],
    ['3c2af4000007', 'Brother Industries', ['hall-printer'], 'new', false],
  );
  assert.deepEqual(
    device?.suggestions.map(({ name, kind, options }) => [name, kind, options.host, options.port]),
    [
      ['hall-printer', 'icmp', '192.0.2.7', undefined],
      ['hall-printer', 'tcp', '192.0.2.7', 631],
      ['hall-printer', 'snmp', '192.0.2.7', undefined],
    ],
  );
});

test('what is watched already is not suggested again, and a machine with an agent is known as such', () => {
  probes = [
    {
      ...{ id: 'aaaaaaaa', name: 'printer', kind: 'icmp', options: { host: 'hall-printer.local' } },
      ...{
        intervalMs: 20_000,
        vantages: [],
        enabled: true,
        builtIn: false,
        groups: [],
        parent: null,
        beyond: false,
      },
    },
  ];
  store.put({ ...watchedMachine(4), facts: { addresses: ['192.0.2.9/24'] } });
  hear({ neighbours: [printer(), seen({ mac: '02:fc:00:00:00:09', addresses: ['192.0.2.9'] })] });
  const byId = new Map(devices.page().devices.map((one) => [one.id, one]));
  const watched = byId.get('3c2af4000007');
  assert.deepEqual(
    [watched?.probes, watched?.suggestions.map(({ kind }) => kind)],
    [['aaaaaaaa'], ['tcp', 'snmp']],
  );
  assert.deepEqual([byId.get('02fc00000009')?.machine, byId.get('02fc00000009')?.isMadeUp], [4, true]);
});

test('a device is news once, not on the first day, and not when a search has woken it', async () => {
  hear({ neighbours: [printer()] });
  assert.deepEqual(news, [], 'everything is new on the first day');
  await clock.advance(dayMs + 1);
  hear({ neighbours: [printer(), seen({ mac: '02:fc:00:00:00:01', addresses: ['192.0.2.8'] })] });
  assert.deepEqual(
    news.map(({ id }) => id),
    ['02fc00000001'],
  );
  await restarted();
  hear({ neighbours: [seen({ mac: '02:fc:00:00:00:01', addresses: ['192.0.2.8'] })] });
  assert.equal(news.length, 1, 'it was seen before');
  await devices.search(ada);
  assert.equal(devices.page().searching, true);
  hear({ neighbours: [seen({ mac: '02:fc:00:00:00:02', addresses: ['192.0.2.10'] })], searched: 1 });
  assert.deepEqual([devices.page().searching, news.length], [false, 1]);
  await clock.advance(11 * 60_000);
  hear({ neighbours: [seen({ mac: '02:fc:00:00:00:03', addresses: ['192.0.2.11'] })] });
  assert.deepEqual(
    news.map(({ id }) => id),
    ['02fc00000001', '02fc00000003'],
  );
  assert.ok(store.notes.some(({ kind, who }) => kind === 'device.searched' && who === 'Ada'));
});

test('what was said of an address goes over to the device that turns out to have it', async () => {
  hear({ neighbours: [seen({})] });
  await devices.change('at-192.0.2.7', { label: 'Printer of the hall' }, ada);
  hear({ neighbours: [printer()] });
  const [device, ...others] = devices.page().devices;
  assert.deepEqual(
    [device?.id, device?.label, device?.standing, others],
    ['3c2af4000007', 'Printer of the hall', 'known', []],
  );
  hear({ neighbours: [seen({ services: ['_http._tcp'] })] });
  assert.equal(devices.page().devices.length, 1, 'heard by its address alone it is the same one');
  await restarted();
  assert.deepEqual(
    devices.page().devices.map(({ id }) => id),
    ['3c2af4000007'],
  );
});

test('dates alone wear the card a few times a day', async () => {
  hear({ neighbours: [printer()] });
  await devices.stop();
  let writes = 0;
  store.onWrite = () => void writes++;
  devices = begin();
  await devices.load();
  devices.start();
  for (let minute = 0; minute < 24 * 60; minute += 10) {
    hear({ neighbours: [printer()] });
    await clock.advance(10 * 60_000);
  }
  assert.ok(writes >= 3 && writes <= 5, `${writes} writes`);
});

test('people name, ignore and remove; the journal says who; what is not there is said', async () => {
  hear({ neighbours: [printer(), seen({ mac: '02:fc:00:00:00:01', addresses: ['192.0.2.8'] })] });
  await devices.change('3c2af4000007', { standing: 'ignored' }, ada);
  assert.deepEqual(
    devices.page().devices.map(({ standing }) => standing),
    ['new', 'ignored'],
  );
  await devices.remove('02fc00000001', ada);
  assert.equal(devices.page().devices.length, 1);
  await assert.rejects(devices.remove('02fc00000001', ada), { code: 'NOT_FOUND' });
  await assert.rejects(devices.change('nobody', { label: 'x' }, ada), { code: 'NOT_FOUND' });
  assert.deepEqual(
    store.notes.map(({ kind, text }) => [kind, text?.en]),
    [
      ['device.changed', 'Ada ignores the device “hall-printer”'],
      ['device.removed', 'Ada removed the device “192.0.2.8” from the list'],
    ],
  );
  await restarted();
  assert.deepEqual(
    devices.page().devices.map(({ id, standing }) => [id, standing]),
    [['3c2af4000007', 'ignored']],
  );
});

test('guests are forgotten, those that people spoke of are not, and the list has a bound', async () => {
  hear({ neighbours: [printer(), seen({ mac: '02:fc:00:00:00:01', addresses: ['192.0.2.8'] })] });
  hear({ neighbours: [seen({ mac: '02:fc:00:00:00:02', addresses: ['192.0.2.9'] })] });
  await devices.change('02fc00000002', { label: 'phone of the caretaker' }, ada);
  await clock.advance(8 * dayMs);
  assert.deepEqual(
    devices
      .page()
      .devices.map(({ id }) => id)
      .sort(),
    ['02fc00000002', '3c2af4000007'],
  );
  await clock.advance(90 * dayMs);
  assert.deepEqual(
    devices.page().devices.map(({ id }) => id),
    ['02fc00000002'],
  );
  for (let at = 0; at < 2_500; at++)
    hear({ neighbours: [seen({ addresses: [`10.0.${at >> 8}.${at & 255}`] })] });
  await clock.advance(10 * 60_000);
  const left = devices.page().devices;
  assert.deepEqual([left.length, left.some(({ label }) => label !== '')], [2_000, true]);
});

test('while the store is away nothing is lost: it is written when the store is back', async () => {
  store.away = true;
  hear({ neighbours: [printer()] });
  await clock.advance(1_000);
  store.away = false;
  await clock.advance(10 * 60_000);
  await restarted();
  assert.deepEqual(
    devices.page().devices.map(({ id }) => id),
    ['3c2af4000007'],
  );
});

test('what stands in the store and cannot be read is left out', async () => {
  hear({ neighbours: [printer()] });
  await devices.stop();
  store.records.set('watch.devices broken', JSON.stringify({ mac: 7 }));
  await devices.load();
  assert.equal(devices.page().devices.length, 1);
});

test('while nobody knows the date nothing is forgotten by age, and nothing is news', async () => {
  hear({ neighbours: [printer()] });
  trusted = false;
  await clock.advance(200 * dayMs);
  hear({ neighbours: [seen({ mac: '02:fc:00:00:00:01', addresses: ['192.0.2.8'] })] });
  assert.deepEqual([devices.page().devices.length, news], [2, []]);
  trusted = true;
  await clock.advance(10 * 60_000);
  assert.deepEqual(
    devices.page().devices.map(({ id }) => id),
    ['02fc00000001'],
  );
});

test('what was seen while the store was away is not new again when the store is back', async () => {
  hear({ neighbours: [printer()] });
  await clock.advance(2 * dayMs);
  store.away = true;
  hear({ neighbours: [seen({ mac: '02:fc:00:00:00:01', addresses: ['192.0.2.8'] })] });
  await clock.advance(1_000);
  store.away = false;
  await devices.load();
  hear({ neighbours: [seen({ mac: '02:fc:00:00:00:01', addresses: ['192.0.2.8'] })] });
  assert.deepEqual(
    news.map(({ id }) => id),
    ['02fc00000001'],
  );
});

test('what is seen while it is being written is written, too', async () => {
  hear({ neighbours: [printer()] });
  store.onWrite = () => {
    store.onWrite = null;
    hear({ neighbours: [seen({ mac: '3c:2a:f4:00:00:07', names: ['another-name'] })] });
  };
  await clock.advance(1_000);
  await restarted();
  assert.deepEqual(devices.page().devices[0]?.names, ['another-name']);
});

test('whoever makes up one device after the other makes little news', async () => {
  hear({ neighbours: [printer()] });
  await clock.advance(2 * dayMs);
  for (let at = 0; at < 200; at++) hear({ neighbours: [seen({ addresses: [`10.0.0.${at}`] })] });
  assert.equal(news.length, 20);
  await clock.advance(3_600_000);
  hear({ neighbours: [seen({ addresses: ['10.0.1.1'] })] });
  assert.equal(news.length, 21);
});
