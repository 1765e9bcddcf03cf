/** What the made-up box answers about devices on its network; each box has its own. */
import type { Device, DeviceChange } from '../../appliance/watch/client/devices.ts';
import type { Answer } from './page-answers.ts';

type Request = {
  box: { nowMs(): number };
  method: string;
  path: string;
  body: Record<string, unknown> | null;
};
type Scene = { devices: Device[]; makers: boolean };

const scenes = new WeakMap<object, Scene>();
const dayMs = 86_400_000;

/** Instead of those that every made-up box has. */
export function putDevices(box: object, all: Device[]): void {
  scenes.set(box, { devices: all, makers: true });
}

/** A box that has lost its table of makers. */
export function forgetMakers(box: { nowMs(): number }): void {
  scenes.set(box, { devices: sampleDevices(box.nowMs()), makers: false });
}

export function devices({ box, method, path, body }: Request): Answer | null {
  const [, noun = '', id = ''] = path.split('/');
  if (noun !== 'devices') return null;
  const scene = scenes.get(box) ?? { devices: sampleDevices(box.nowMs()), makers: true };
  scenes.set(box, scene);
  if (id === '' || id === 'search') {
    // The first answer after the beginning of a search says that it goes on, the next that it is over.
    const searching = id === 'search';
    return { status: 200, value: { ...scene, searching, looking: true } };
  }
  const at = scene.devices.findIndex((one) => one.id === id);
  const device = scene.devices[at];
  if (device === undefined)
    return { status: 404, value: { error: { code: 'NOT_FOUND', message: `there is no device ${id}` } } };
  if (method === 'DELETE') {
    scene.devices.splice(at, 1);
    return { status: 204 };
  }
  const change = body as DeviceChange;
  const standing = change.standing ?? (change.label ? 'known' : device.standing);
  scene.devices[at] = { ...device, ...change, standing };
  return { status: 200, value: scene.devices[at] };
}

function sampleDevices(nowMs: number): Device[] {
  const plain = { names: [], services: [], label: '', machine: null, probes: [], suggestions: [] };
  return [
    {
      ...{
        ...plain,
        id: '3c2af4000007',
        mac: '3c:2a:f4:00:00:07',
        isMadeUp: false,
        vendor: 'Brother Industries',
      },
      ...{ addresses: ['192.168.1.40', 'fe80::3e2a:f4ff:fe00:7'], names: ['hall-printer'], standing: 'new' },
      ...{ services: ['_ipp._tcp', 'upnp:Printer'], firstMs: nowMs - 5 * 60_000, lastMs: nowMs - 60_000 },
      suggestions: [
        { name: 'hall-printer', kind: 'icmp', options: { host: '192.168.1.40' } },
        { name: 'hall-printer', kind: 'tcp', options: { host: '192.168.1.40', port: 631 } },
      ],
    },
    {
      ...{ ...plain, id: 'da1234000001', mac: 'da:12:34:00:00:01', isMadeUp: true, vendor: null },
      ...{
        addresses: ['192.168.1.61'],
        standing: 'new',
        firstMs: nowMs - 3 * dayMs,
        lastMs: nowMs - 2 * dayMs,
      },
    },
    {
      ...{ ...plain, id: '001132000009', mac: '00:11:32:00:00:09', isMadeUp: false, vendor: 'Synology' },
      ...{ addresses: ['192.168.1.10'], label: 'File server', standing: 'known', probes: ['aaaaaaaa'] },
      ...{ names: ['nas'], machine: 2, firstMs: nowMs - 90 * dayMs, lastMs: nowMs },
    },
  ];
}
