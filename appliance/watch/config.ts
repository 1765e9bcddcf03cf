// The configuration of the watch: every key, its default, its check, one sentence.
import { durationMs, filePath } from '../runtime/config.ts';
import { paceConfig } from './outbox/pace.ts';

export const watchConfig = {
  look_interval: {
    type: durationMs({ min: 500, max: 60_000 }),
    default: 5_000,
    about: 'how often is looked at what time alone changes: delays, repetitions, schedules',
  },
  ...paceConfig,
  vendors_file: {
    type: filePath(),
    default: '/usr/share/netmonitor/vendors.bin',
    about: 'table of the makers of hardware, by which devices on the network are named',
  },
} as const;
