// The configuration of the watch: every key, its default, its check, one sentence.
import { durationMs } from '../runtime/config.ts';

export const watchConfig = {
  look_interval: {
    type: durationMs({ min: 500, max: 60_000 }),
    default: 5_000,
    about: 'how often is looked at what time alone changes: delays, repetitions, schedules',
  },
} as const;
