/** Temperatures of hwmon chips, and of thermal zones that no chip stands for. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Files } from '../files.ts';
import type { Collector } from './collector.ts';
import { findInputs, labelled, type Sensor } from './hwmon.ts';
import { Pace } from './pace.ts';

const RESCAN_MS = 60_000;

/** Drivers answer with values like −273 °C or 65,535 when there is no sensor behind the register. */
export function celsius(milli: number | undefined): number | undefined {
  if (milli === undefined) return undefined;
  const degrees = milli / 1000;
  return degrees > -100 && degrees < 250 ? degrees : undefined;
}

function findSensors(sys: Files): Sensor[] {
  const sensors = findInputs(sys, 'temp');
  const chips = new Set(sensors.map(({ chip }) => plain(chip)));
  for (const folder of sys.list('class/thermal').sort()) {
    if (!folder.startsWith('thermal_zone')) continue;
    const type = sys.value(`class/thermal/${folder}/type`) ?? folder;
    // The kernel shows most zones as an hwmon chip of the same name too, with _ for -.
    const file = `class/thermal/${folder}/temp`;
    if (!chips.has(plain(type))) sensors.push({ file, chip: type, name: type });
  }
  return sensors;
}

const plain = (name: string) => name.replaceAll('-', '_').toLowerCase();

export const temperature: Collector = ({ sys, clock }) => {
  let sensors = new Map<string, Series>();
  const pace = new Pace(clock, RESCAN_MS);
  return (out) => {
    if (pace.due) {
      // Descriptors are given back with each scan: a chip may have gone, or moved to another number.
      sys.release('class/hwmon');
      sys.release('class/thermal');
      sensors = labelled(findSensors(sys), (label) => metricSeries('hw.temperature', label));
      pace.looked(sensors.size > 0);
    }
    for (const [file, series] of sensors) {
      const degrees = celsius(sys.integer(file));
      if (degrees !== undefined) out.put(series, degrees);
    }
  };
};
