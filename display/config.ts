/** The display's configuration table. */
import { durationMs, integer, oneOf } from '../appliance/runtime/config.ts';

export const displayConfig = {
  panel: {
    type: oneOf(['auto', 'simulated', 'ssd1306']),
    default: 'auto',
    about: 'The panel: auto takes the real one if its bus is there, else a simulated one.',
  },
  i2c_bus: { type: integer({ min: 0, max: 99 }), default: 1, about: 'Number N of /dev/i2c-N of the panel.' },
  i2c_address: {
    type: integer({ min: 8, max: 119 }),
    default: 0x3c,
    about: 'Address of the panel on its bus: 60 (0x3c) or 61 (0x3d).',
  },
  button: {
    type: oneOf(['auto', 'simulated', 'gpio']),
    default: 'auto',
    about: 'The button: auto takes the real one beside a real panel.',
  },
  gpio: { type: integer({ min: 0, max: 53 }), default: 17, about: 'BCM number of the pin of the button.' },
  light_gpio: {
    type: integer({ min: -1, max: 53 }),
    default: -1,
    about:
      'BCM number of the pin of a light, which is on while something is wrong that nobody knows of; -1: none.',
  },
  buzzer_gpio: {
    type: integer({ min: -1, max: 53 }),
    default: -1,
    about: 'BCM number of the pin of a buzzer, which beeps when something is told; -1: none.',
  },
  language: { type: oneOf(['en', 'fr']), default: 'en', about: 'The language of the screens.' },
  dim_after: {
    type: durationMs({ min: 1000 }),
    default: 60_000,
    about: 'The panel dims and goes home when nobody has pressed for this long.',
  },
  sleep_after: {
    type: durationMs({ min: 1000 }),
    default: 600_000,
    about: 'The panel goes dark after this long, unless something is wrong or somebody waits.',
  },
} as const;
