/** Since Linux 6.6 the pins of a Pi begin at 512 in sysfs: the number is looked up, never assumed. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../appliance/runtime/errors.ts';

/** Pi 3 and Zero 2 W, Pi 4, Pi 5. */
const headerChips = ['pinctrl-bcm2835', 'pinctrl-bcm2711', 'pinctrl-rp1'];

export async function gpioBase(root = '/sys/class/gpio'): Promise<number> {
  const names = await readdir(root).catch((error: unknown) => {
    throw new Failure('UNAVAILABLE', `this kernel offers no pins in ${root}`, { cause: error, path: root });
  });
  for (const name of names.filter((entry) => entry.startsWith('gpiochip'))) {
    const label = (await readFile(join(root, name, 'label'), 'utf8')).trim();
    if (headerChips.includes(label)) return Number((await readFile(join(root, name, 'base'), 'utf8')).trim());
  }
  throw new Failure('UNAVAILABLE', `none of the chips in ${root} carries the pins of a Pi's header`, {
    path: root,
  });
}
