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

/** In one line: its name, and what else there is to know it by. */
export function describe(device: Device): string {
  const name = hostOf(device);
  const more = [...new Set([device.vendor, device.addresses[0], device.mac])].filter(
    (one) => one !== null && one !== undefined && !name.includes(one),
  );
  return more.length === 0 ? name : `${name} (${more.join(', ')})`;
}
