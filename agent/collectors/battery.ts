/** Charge of the machine's own batteries, and whether it lives on them (Documentation/ABI/testing/sysfs-class-power). */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Files } from '../files.ts';
import type { Collector } from './collector.ts';
import { Pace } from './pace.ts';
import { PerDevice } from './per-device.ts';

/** The answer comes from a slow controller, sometimes milliseconds away; in between it is what it was. */
const READ_EVERY_MS = 30_000;
const FOLDER = 'class/power_supply';

export type Battery = { charge: number; charging: boolean; discharging: boolean; leftSeconds?: number };

function readBattery(sys: Files, name: string): Battery | undefined {
  const file = (attribute: string) => `${FOLDER}/${name}/${attribute}`;
  if (sys.value(file('type')) !== 'Battery') return undefined;
  // Of a mouse or a headset: not what keeps this machine running.
  if (sys.value(file('scope')) === 'Device' || sys.integer(file('present')) === 0) return undefined;
  const percent = sys.integer(file('capacity'));
  if (percent === undefined || percent < 0 || percent > 100) return undefined;
  const status = sys.value(file('status'));
  const discharging = status === 'Discharging';
  const battery = { charge: percent / 100, charging: status === 'Charging', discharging };
  const left = discharging ? secondsLeft((attribute) => sys.integer(file(attribute))) : undefined;
  return left === undefined ? battery : { ...battery, leftSeconds: left };
}

/** Drivers count energy and power, or charge and current. Some call what flows out negative. */
export function secondsLeft(read: (attribute: string) => number | undefined): number | undefined {
  const pairs = [
    ['energy_now', 'power_now'],
    ['charge_now', 'current_now'],
  ] as const;
  for (const [stored, flowing] of pairs) {
    const amount = read(stored);
    const flow = Math.abs(read(flowing) ?? 0);
    if (amount !== undefined && flow > 0) return Math.round((amount / flow) * 3_600);
  }
  return undefined;
}

export const battery: Collector = ({ sys, clock }) => {
  const names = new PerDevice((label) => ({
    charge: metricSeries('hw.battery.charge', label),
    left: metricSeries('hw.battery.time_left', label),
    charging: metricSeries('hw.status', label, 'charging'),
    discharging: metricSeries('hw.status', label, 'discharging'),
  }));
  let batteries = new Map<string, Battery>();
  const pace = new Pace(clock, READ_EVERY_MS);

  function readAll(): void {
    const now = new Map<string, Battery>();
    for (const name of sys.list(FOLDER).sort()) {
      const one = readBattery(sys, name);
      if (one !== undefined) now.set(name, one);
    }
    // Read twice a minute: nothing is worth a descriptor in between.
    sys.release(FOLDER);
    batteries = now;
    names.keepOnly(now);
  }

  return (out) => {
    if (pace.due) {
      readAll();
      pace.looked(batteries.size > 0);
    }
    for (const [name, now] of batteries) {
      const series = names.of(name);
      out.put(series.charge, now.charge);
      out.put(series.charging, now.charging ? 1 : 0);
      out.put(series.discharging, now.discharging ? 1 : 0);
      if (now.leftSeconds !== undefined) out.put(series.left, now.leftSeconds);
    }
  };
};
