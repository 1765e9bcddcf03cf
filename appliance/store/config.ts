/** What can be set of the store. */
import { bytes, durationMs, integer, oneOf } from '../runtime/config.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const yearMs = 365 * dayMs;

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
    about:
      'The largest that a file of the write-ahead log is made; small ones come first, and all are used again.',
  },
  segment_age: {
    type: durationMs({ min: 1000 }),
    default: 15 * 60_000,
    about: 'Age at which a new segment of the write-ahead log begins.',
  },
  ballast: {
    type: bytes({ max: 2 ** 40 }),
    default: 64 * 2 ** 20,
    about: 'Room that is kept on the disk, to be given up when it is full; less on a small disk, 0B: none.',
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
  keep_raw: {
    type: durationMs({ min: hourMs, max: 20 * yearMs }),
    default: 48 * hourMs,
    about: 'Age at which samples become minutes.',
  },
  keep_minutes: {
    type: durationMs({ min: hourMs, max: 20 * yearMs }),
    default: 30 * dayMs,
    about: 'Age at which minutes become ten minutes.',
  },
  keep_tens: {
    type: durationMs({ min: dayMs, max: 20 * yearMs }),
    default: 2 * yearMs,
    about: 'Age at which ten minutes are deleted.',
  },
  disk_budget: {
    type: bytes({ min: 0 }),
    default: 0,
    about:
      'What history may take on the disk; the oldest goes first. 0: until 85 % of the file system are used.',
  },
  clock: {
    type: oneOf(['auto', 'trusted', 'untrusted']),
    default: 'auto',
    about: 'Whether the wall clock is believed; auto asks systemd-timesyncd.',
  },
} as const;
