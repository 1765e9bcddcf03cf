/** The sentences of devices for the journal. */
import type { Device } from '../client/devices.ts';
import type { Actor, WatchText } from '../client/types.ts';
import { hostOf } from './portrait.ts';

const deeds = {
  changed: { en: 'said what the device %s is', fr: 'a dit ce qu’est l’appareil %s' },
  ignored: { en: 'ignores the device %s', fr: 'ignore l’appareil %s' },
  removed: { en: 'removed the device %s from the list', fr: 'a retiré l’appareil %s de la liste' },
  searched: { en: 'looks for devices on the network', fr: 'cherche des appareils sur le réseau' },
} as const satisfies Record<string, WatchText>;

export function deviceSentence({ who }: Actor, deed: keyof typeof deeds, name: string): WatchText {
  const { en, fr } = deeds[deed];
  return {
    en: `${who} ${en.replace('%s', () => `“${name}”`)}`,
    fr: `${who} ${fr.replace('%s', () => `« ${name} »`)}`,
  };
}

/** A device that was never seen before. */
export function newDeviceText(device: Device): WatchText {
  const name = hostOf(device);
  const more = [...new Set([device.vendor, device.addresses[0], device.mac])].filter(
    (one) => one !== null && one !== undefined && !name.includes(one),
  );
  const behind = more.length === 0 ? '' : ` (${more.join(', ')})`;
  return {
    en: `A new device is on the network: ${name}${behind}`,
    fr: `Un nouvel appareil est sur le réseau : ${name}${behind}`,
  };
}
