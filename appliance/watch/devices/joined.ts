/** Devices joined to the duty: machines and time come from it, a new device may become an incident. */
import type { Clock } from '../../runtime/clock.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { ProbeDefinition } from '../client/probes.ts';
import type { Duty } from '../duty.ts';
import { newDevicePrefix } from '../rules/new-device.ts';
import { Devices, type DevicesOptions } from './devices.ts';
import { Vendors } from './vendors.ts';
import { describe } from './words.ts';

export type JoinedDevices = {
  store: DevicesOptions['store'];
  door: DevicesOptions['door'];
  probes(): readonly ProbeDefinition[];
  vendors: DevicesOptions['vendors'];
  clock: Clock;
  log: Log;
};

export function joinDevices(duty: Duty, o: JoinedDevices): Devices {
  return new Devices({
    ...o,
    now: () => duty.time.now(),
    machines: () => duty.machines(),
    onNew: (device) => duty.happened(`${newDevicePrefix}${device.id}`, { device: describe(device) }),
  });
}

/** Without its table nobody knows makers, and everything else goes on. */
export function openVendors(path: string, log: Log): Vendors | null {
  try {
    return new Vendors(path);
  } catch (error) {
    log.warn('the makers of devices are not known', { vendors_file: path, error: messageOf(error) });
    return null;
  }
}
