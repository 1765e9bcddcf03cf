/** Traffic, errors and drops of each interface that has an address, and the state, speed and MTU of all. Packets are not told. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Reading } from '../collectors/collector.ts';
import { PerDevice } from '../collectors/per-device.ts';
import { amount, list, part } from './calls.ts';
import { type CollectHere, type Here, onlyNew } from './here.ts';

/** Each is a call of its own. */
const MOST_INTERFACES = 6;
/** Addresses that every interface gives itself. */
const OWN = /^(fe80:|169\.254\.)/i;

/** Those that somebody can be reached by: not the machine itself, nor radios that are for Apple's devices among themselves. */
export function interfacesWithAddress(os: Here['os']): string[] {
  const names = Object.entries(os.networkInterfaces()).filter(([, all]) =>
    all?.some(({ internal, address }) => !internal && !OWN.test(address)),
  );
  return names.map(([name]) => name).slice(0, MOST_INTERFACES);
}

function seriesOf(label: string) {
  const both = (metric: 'system.network.io' | 'system.network.errors' | 'system.network.dropped') => ({
    rx: metricSeries(metric, label, 'receive'),
    tx: metricSeries(metric, label, 'transmit'),
  });
  return {
    bytes: both('system.network.io'),
    errors: both('system.network.errors'),
    dropped: both('system.network.dropped'),
    up: metricSeries('system.network.up', label),
    speed: metricSeries('system.network.speed', label),
    mtu: metricSeries('system.network.mtu', label),
    onlyNew: onlyNew(),
  };
}

type Device = ReturnType<typeof seriesOf>;

/** Where nothing was found systeminformation says 0 of everything. */
function putTraffic(out: Reading, device: Device, answer: unknown): void {
  const [told, ...others] = list(answer);
  if (told === undefined || others.length > 0) return;
  if (!amount(told.rx_bytes) && !amount(told.tx_bytes)) return;
  for (const kind of ['bytes', 'errors', 'dropped'] as const) {
    for (const way of ['rx', 'tx'] as const) putAmount(out, device[kind][way], told[`${way}_${kind}`]);
  }
}

function putAmount(out: Reading, series: Series, value: unknown): void {
  const known = amount(value);
  if (known !== undefined) out.put(series, known);
}

type State = Record<string, unknown>;

function putState(
  out: Reading,
  device: Device,
  { operstate, speed, mtu }: State,
  isConnected: boolean,
): void {
  if (operstate === 'up') out.put(device.up, 1);
  // "down" also stands for what could not be asked, and what has an address is not down.
  else if (operstate === 'down' && !isConnected) out.put(device.up, 0);
  const megabits = amount(speed);
  if (megabits) out.put(device.speed, megabits * 1_000_000);
  if (amount(mtu)) putAmount(out, device.mtu, mtu);
}

export const network: CollectHere = ({ last, os }) => {
  const devices = new PerDevice<Device>(seriesOf);
  return (out) => {
    const connected = interfacesWithAddress(os);
    const known = list(part({ all: last('networkInterfaces')?.value }).all).filter(
      ({ iface, internal, virtual }) =>
        typeof iface === 'string' && internal !== true && (virtual !== true || connected.includes(iface)),
    );
    devices.keepOnly(new Set([...connected, ...known.map(({ iface }) => String(iface))]));
    for (const name of connected) {
      const device = devices.of(name);
      const answer = device.onlyNew(last('networkStats', name));
      if (answer !== undefined) putTraffic(out, device, answer.value);
    }
    for (const state of known) {
      const name = String(state.iface);
      putState(out, devices.of(name), state, connected.includes(name));
    }
  };
};
