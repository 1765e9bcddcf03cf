// The configuration of the watch: every key, its default, its check, one sentence.
import { durationMs, filePath, flag } from '../runtime/config.ts';
import { paceConfig } from './outbox/pace.ts';

export const watchConfig = {
  look_interval: {
    type: durationMs({ min: 500, max: 60_000 }),
    default: 5_000,
    about: 'how often is looked at what time alone changes: delays, repetitions, schedules',
  },
  always_on: {
    type: flag(),
    default: true,
    about:
      'look all the time at the gateway, the name server and two places outside, so that a failure has a cause',
  },
  servers_here: {
    type: flag(),
    default: false,
    about: 'messages may be handed to servers on this machine itself: a mail relay, a chat system',
  },
  ...paceConfig,
  vendors_file: {
    type: filePath(),
    default: '/usr/share/netmonitor/vendors.bin',
    about: 'table of the makers of hardware, by which devices on the network are named',
  },
} as const;
