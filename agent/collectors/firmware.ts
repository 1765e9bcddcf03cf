/** What a Raspberry Pi says of itself: too little voltage, a processor slowed down by heat or for want of power. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Files } from '../files.ts';
import type { Collector } from './collector.ts';
import { Pace } from './pace.ts';

const RESCAN_MS = 300_000;

const UNDER_VOLTAGE = metricSeries('hw.status', 'power', 'under-voltage');
const THROTTLED = metricSeries('hw.status', 'cpu', 'throttled');

/** Bits of `get_throttled`, of now; sixteen places higher stands what has happened since the boot. */
const undervolted = 1 << 0;
const slowed = (1 << 1) | (1 << 2) | (1 << 3);

/** The firmware's word, which the kernel asks for every two seconds: reading the file costs the firmware nothing. */
function findFirmware(sys: Files): string | undefined {
  for (const soc of sys.list('devices/platform').sort()) {
    if (!/^soc(@[0-9a-f]+)?$/.test(soc)) continue;
    const file = `devices/platform/${soc}/${soc}:firmware/get_throttled`;
    if (sys.value(file) !== undefined) return file;
  }
  return undefined;
}

/** The same of the voltage alone, where the kernel has no more. */
function findVoltage(sys: Files): string | undefined {
  const chip = sys
    .list('class/hwmon')
    .find((folder) => sys.value(`class/hwmon/${folder}/name`) === 'rpi_volt');
  return chip === undefined ? undefined : `class/hwmon/${chip}/in0_lcrit_alarm`;
}

/** Hexadecimal, with or without 0x. Undefined for what is no such number. */
export function readThrottled(text: string): { undervolted: boolean; slowed: boolean } | undefined {
  if (!/^(0x)?[0-9a-f]{1,8}$/i.test(text)) return undefined;
  const bits = Number.parseInt(text, 16);
  return { undervolted: (bits & undervolted) !== 0, slowed: (bits & slowed) !== 0 };
}

export const firmware: Collector = ({ sys, clock }) => {
  const pace = new Pace(clock, RESCAN_MS);
  let throttledFile: string | undefined;
  let voltageFile: string | undefined;
  return (out) => {
    if (pace.due) {
      pace.looked(true);
      throttledFile = findFirmware(sys);
      voltageFile = throttledFile === undefined ? findVoltage(sys) : undefined;
    }
    const text = throttledFile === undefined ? undefined : sys.value(throttledFile);
    const signs = text === undefined ? undefined : readThrottled(text);
    if (signs !== undefined) {
      out.put(UNDER_VOLTAGE, signs.undervolted ? 1 : 0);
      out.put(THROTTLED, signs.slowed ? 1 : 0);
    }
    const alarm = voltageFile === undefined ? undefined : sys.integer(voltageFile);
    if (alarm !== undefined) out.put(UNDER_VOLTAGE, alarm === 0 ? 0 : 1);
  };
};
