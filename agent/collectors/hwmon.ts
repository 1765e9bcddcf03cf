/** What the chips of /sys/class/hwmon offer: their inputs with names for people (Documentation/hwmon/sysfs-interface.rst). */
import type { Files } from '../files.ts';
import { shortLabel } from './per-device.ts';

/** A sensor: the file with its value, its chip, and a name for people. */
export type Sensor = { file: string; chip: string; name: string };

/** `temp` finds temp1_input, temp2_input… of each chip, in the order of the folders. */
export function findInputs(sys: Files, kind: 'temp' | 'fan'): Sensor[] {
  const sensors: Sensor[] = [];
  const pattern = new RegExp(`^(${kind}\\d+)_input$`);
  for (const folder of sys.list('class/hwmon').sort()) {
    const inputs = sys.list(`class/hwmon/${folder}`).filter((file) => pattern.test(file));
    if (inputs.length === 0) continue;
    const chip = sys.value(`class/hwmon/${folder}/name`) ?? folder;
    for (const file of inputs.sort()) {
      const label = sys.value(`class/hwmon/${folder}/${file.replace('input', 'label')}`);
      const name = label ? `${chip}-${label}` : chip;
      sensors.push({ file: `class/hwmon/${folder}/${file}`, chip, name });
    }
  }
  return sensors;
}

/** File → what `make` makes of its label. Two sensors of one name become "nvme" and "nvme-2", in their order. */
export function labelled<T>(sensors: readonly Sensor[], make: (label: string) => T): Map<string, T> {
  const taken = new Set<string>();
  const made = new Map<string, T>();
  for (const sensor of sensors) {
    const base = shortLabel(sensor.name);
    let label = base;
    for (let count = 2; taken.has(label); count += 1) label = `${base}-${count}`;
    taken.add(label);
    made.set(sensor.file, make(label));
  }
  return made;
}
