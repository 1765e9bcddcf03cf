/** How patiently things are told: pauses between tries, how long too much is gathered, from when on something is late. */
import { type Config, durationMs } from '../../runtime/config.ts';

export const paceConfig = {
  retry_first: {
    type: durationMs({ min: 100, max: 600_000 }),
    default: 15_000,
    about: 'how long a channel rests after its first failure; the pause doubles with each further one',
  },
  retry_longest: {
    type: durationMs({ min: 100, max: 86_400_000 }),
    default: 600_000,
    about: 'how long a channel that fails rests at most',
  },
  gather_for: {
    type: durationMs({ min: 500, max: 86_400_000 }),
    default: 300_000,
    about: 'how long messages are gathered when there are too many to tell one by one',
  },
  late_from: {
    type: durationMs({ min: 1_000, max: 86_400_000 }),
    default: 120_000,
    about: 'from when on a message says how late it is',
  },
  send_timeout: {
    type: durationMs({ min: 100, max: 600_000 }),
    default: 30_000,
    about: 'how long a server may take for each step',
  },
} as const;

export type Pace = {
  retryFirstMs: number;
  retryLongestMs: number;
  gatherMs: number;
  lateFromMs: number;
  timeoutMs: number;
};

export const usualPace: Pace = paceOf({
  retry_first: paceConfig.retry_first.default,
  retry_longest: paceConfig.retry_longest.default,
  gather_for: paceConfig.gather_for.default,
  late_from: paceConfig.late_from.default,
  send_timeout: paceConfig.send_timeout.default,
});

export function paceOf(config: Config<typeof paceConfig>): Pace {
  return {
    retryFirstMs: config.retry_first,
    retryLongestMs: Math.max(config.retry_first, config.retry_longest),
    gatherMs: config.gather_for,
    lateFromMs: config.late_from,
    timeoutMs: config.send_timeout,
  };
}
