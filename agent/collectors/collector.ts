/** What a collector is: built once for a machine, then asked once a cycle; it keeps what it needs between two cycles. */
import type { Series } from '../../appliance/protocol/series.ts';
import type { Clock } from '../../appliance/runtime/clock.ts';
import type { Files } from '../files.ts';

/** Sizes of one file system as statfs(2) answers them; blocks are counted in `bsize` bytes. */
export type FileSystemSizes = {
  bsize: number;
  blocks: number;
  bfree: number;
  bavail: number;
  files: number;
  ffree: number;
};

/** The machine as a collector sees it. Everything outside comes through here, so that a recorded machine does as well. */
export type Machine = {
  proc: Files;
  sys: Files;
  /** Where /run and /lib/modules are. */
  root: Files;
  clock: Clock;
  /** Where the agent keeps what it must not lose. */
  stateDir: string;
  /** Program of the machine's owner → what it printed when it last ran. */
  printed: ReadonlyMap<string, string>;
  statfs(path: string): Promise<FileSystemSizes>;
  /** The same without the thread pool, 25 times cheaper: for file systems that answer from memory. */
  statfsNow(path: string): FileSystemSizes;
};

/** Takes one cycle's values, in base units. A value that is not put is absent; there is no zero for "unknown". */
export interface Reading {
  put(series: Series, value: number): void;
}

export type Collect = (out: Reading) => void | Promise<void>;
export type Collector = (machine: Machine) => Collect;
