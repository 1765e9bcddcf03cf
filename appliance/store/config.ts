/** What can be set of the store. */
import { bytes, durationMs, integer, oneOf } from '../runtime/config.ts';

export const storeConfig = {
  commit_interval: {
    type: durationMs({ min: 20, max: 600_000 }),
    default: 30_000,
    about:
      'How long samples may wait in RAM before they are synced to the disk; agents keep them until then.',
  },
  commit_bytes: {
    type: bytes({ min: 4096, max: 64 * 2 ** 20 }),
    default: 2 ** 20,
    about: 'Samples are synced earlier when this much waits.',
  },
  seal_interval: {
    type: durationMs({ min: 1000, max: 2 * 3_600_000 }),
    default: 3_600_000,
    about: 'How long the ticks of a machine are collected before they become a block.',
  },
  head_bytes: {
    type: bytes({ min: 2 ** 20 }),
    default: 96 * 2 ** 20,
    about: 'How much RAM may be held by ticks that wait for their block; the largest are sealed beyond it.',
  },
  segment_bytes: {
    type: bytes({ min: 4096 }),
    default: 4 * 2 ** 20,
    about: 'Size at which a new segment of the write-ahead log begins.',
  },
  segment_age: {
    type: durationMs({ min: 1000 }),
    default: 15 * 60_000,
    about: 'Age at which a new segment of the write-ahead log begins.',
  },
  lock_wait: {
    type: durationMs({ max: 600_000 }),
    default: 30_000,
    about: 'How long another process is given to let go of the database.',
  },
  most_machines: { type: integer({ min: 1, max: 100_000 }), default: 1000, about: 'Machines of this box.' },
  most_series: {
    type: integer({ min: 1, max: 10_000_000 }),
    default: 100_000,
    about: 'Series of all machines together.',
  },
  clock: {
    type: oneOf(['auto', 'trusted', 'untrusted']),
    default: 'auto',
    about: 'Whether the wall clock is believed; auto asks systemd-timesyncd.',
  },
} as const;
