/** Traffic, errors, drops and state of each interface. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Files } from '../files.ts';
import type { Collector, Reading } from './collector.ts';
import { PerDevice } from './per-device.ts';
import type { Scan } from './scan.ts';

export type Direction = { bytes: number; packets: number; errors: number; dropped: number };
export type Traffic = { receive: Direction; transmit: Direction };

/** Speed and MTU seldom change, and some drivers ask the hardware for the speed. */
const SLOW_EVERY_MS = 60_000;
/** No name of an interface has one (dev_valid_name in the kernel's net/core/dev.c). */
const COLON = 0x3a;
/** Eight columns of what was received, four of what was sent. */
const COLUMNS = 12;
/** Container ends of virtual cables: a new name at each start of a container would use up the machine's series. */
const PASSING = /^veth/;

export function parseNetDev(scan: Scan): Map<string, Traffic> {
  const interfaces = new Map<string, Traffic>();
  const fields: number[] = [];
  while (scan.line()) {
    // The two lines of headings have no colon.
    const name = scan.upTo(COLON);
    if (name === undefined || PASSING.test(name)) continue;
    if (scan.columns(fields, COLUMNS) < COLUMNS) continue;
    interfaces.set(name, { receive: direction(fields, 0), transmit: direction(fields, 8) });
  }
  return interfaces;
}

function direction(fields: readonly number[], from: number): Direction {
  return {
    bytes: fields[from]!,
    packets: fields[from + 1]!,
    errors: fields[from + 2]!,
    dropped: fields[from + 3]!,
  };
}

/** Can it carry traffic? Tunnels call their state "unknown"; there the carrier tells. */
export function isUp(operstate: Scan | undefined, carrier: () => number | undefined): boolean | undefined {
  if (!operstate?.line()) return undefined;
  if (operstate.take('up')) return true;
  if (!operstate.take('unknown')) return false;
  // An interface that is administratively down answers the carrier with an error.
  return carrier() === 1;
}

type Device = ReturnType<typeof deviceOf> & {
  speedBps?: number | undefined;
  mtuBytes?: number | undefined;
  readMs?: number;
};

function deviceOf(label: string, name: string) {
  const one = (direction: 'receive' | 'transmit') => ({
    bytes: metricSeries('system.network.io', label, direction),
    packets: metricSeries('system.network.packets', label, direction),
    errors: metricSeries('system.network.errors', label, direction),
    dropped: metricSeries('system.network.dropped', label, direction),
  });
  const folder = `class/net/${name}`;
  return {
    folder,
    operstate: `${folder}/operstate`,
    receive: one('receive'),
    transmit: one('transmit'),
    up: metricSeries('system.network.up', label),
    speed: metricSeries('system.network.speed', label),
    mtu: metricSeries('system.network.mtu', label),
  };
}

function putDirection(out: Reading, series: Device['receive'], now: Direction): void {
  out.put(series.bytes, now.bytes);
  out.put(series.packets, now.packets);
  out.put(series.errors, now.errors);
  out.put(series.dropped, now.dropped);
}

function readSlow(device: Device, sys: Files): void {
  const megabits = sys.integer(`${device.folder}/speed`);
  // −1: no link, or a driver that does not know.
  device.speedBps = megabits === undefined || megabits <= 0 ? undefined : megabits * 1_000_000;
  device.mtuBytes = sys.integer(`${device.folder}/mtu`);
}

export const network: Collector = ({ proc, sys, clock }) => {
  const devices = new PerDevice<Device>(deviceOf, (device) => sys.release(device.folder));
  return (out) => {
    const scan = proc.lines('net/dev');
    if (scan === undefined) return;
    const now = parseNetDev(scan);
    devices.keepOnly(now);
    const nowMs = clock.monotonicMs();
    for (const [name, traffic] of now) {
      const device = devices.of(name);
      putDirection(out, device.receive, traffic.receive);
      putDirection(out, device.transmit, traffic.transmit);
      // The loopback interface has neither a cable nor a speed.
      if (name === 'lo') continue;
      const up = isUp(sys.record(device.operstate), () => sys.integer(`${device.folder}/carrier`));
      if (up !== undefined) out.put(device.up, up ? 1 : 0);
      if (device.readMs === undefined || nowMs - device.readMs >= SLOW_EVERY_MS) {
        device.readMs = nowMs;
        readSlow(device, sys);
      }
      if (device.speedBps !== undefined) out.put(device.speed, device.speedBps);
      if (device.mtuBytes !== undefined) out.put(device.mtu, device.mtuBytes);
    }
  };
};
