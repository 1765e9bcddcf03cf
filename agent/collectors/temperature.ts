/** Temperatures of hwmon chips, and of thermal zones that no chip stands for. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Files } from '../files.ts';
import type { Collector } from './collector.ts';
import { shortLabel } from './per-device.ts';

/** A sensor: the file with its millidegrees and a name for people. */
export type Sensor = { file: string; name: string };

const RESCAN_MS = 60_000;

/** Drivers answer with values like −273 °C or 65,535 when there is no sensor behind the register. */
export function celsius(milli: number | undefined): number | undefined {
  if (milli === undefined) return undefined;
  const degrees = milli / 1000;
  return degrees > -100 && degrees < 250 ? degrees : undefined;
}

function findSensors(sys: Files): Sensor[] {
  const sensors: Sensor[] = [];
  const chips = new Set<string>();
  for (const folder of sys.list('class/hwmon').sort()) {
    const chip = sys.value(`class/hwmon/${folder}/name`) ?? folder;
    for (const file of sys.list(`class/hwmon/${folder}`).sort()) {
      const input = /^(temp\d+)_input$/.exec(file);
      if (input === null) continue;
      const label = sys.value(`class/hwmon/${folder}/${input[1]}_label`);
      chips.add(plain(chip));
      sensors.push({ file: `class/hwmon/${folder}/${file}`, name: label ? `${chip}-${label}` : chip });
    }
  }
  for (const folder of sys.list('class/thermal').sort()) {
    if (!folder.startsWith('thermal_zone')) continue;
    const type = sys.value(`class/thermal/${folder}/type`) ?? folder;
    // The kernel shows most zones as an hwmon chip of the same name too, with _ for -.
    if (!chips.has(plain(type))) sensors.push({ file: `class/thermal/${folder}/temp`, name: type });
  }
  return sensors;
}

const plain = (name: string) => name.replaceAll('-', '_').toLowerCase();

/** Two sensors of one name become "nvme" and "nvme-2", in the order of their folders. */
function seriesOf(sensors: readonly Sensor[]): Map<string, Series> {
  const taken = new Set<string>();
  const series = new Map<string, Series>();
  for (const sensor of sensors) {
    const base = shortLabel(sensor.name);
    let label = base;
    for (let count = 2; taken.has(label); count += 1) label = `${base}-${count}`;
    taken.add(label);
    series.set(sensor.file, metricSeries('hw.temperature', label));
  }
  return series;
}

export const temperature: Collector = ({ sys, clock }) => {
  let sensors = new Map<string, Series>();
  let scannedMs: number | undefined;
  return (out) => {
    const nowMs = clock.monotonicMs();
    if (scannedMs === undefined || nowMs - scannedMs >= RESCAN_MS) {
      scannedMs = nowMs;
      // Descriptors are given back with each scan: a chip may have gone, or moved to another number.
      sys.release('class/hwmon');
      sys.release('class/thermal');
      sensors = seriesOf(findSensors(sys));
    }
    for (const [file, series] of sensors) {
      const degrees = celsius(sys.integer(file));
      if (degrees !== undefined) out.put(series, degrees);
    }
  };
};
