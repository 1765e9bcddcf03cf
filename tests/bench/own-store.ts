/** The real store, fed with a trace as agents would feed it, sealed by itself into its LevelDB: bytes, and whether all is there. */
import { join } from 'node:path';
import { createLog } from '../../appliance/runtime/log.ts';
import { encodeBatch } from '../../appliance/store/client/append.ts';
import { storeConfig } from '../../appliance/store/config.ts';
import type { Database } from '../../appliance/store/database/database.ts';
import { openDatabase } from '../../appliance/store/database/level.ts';
import { slicesOf } from '../../appliance/store/history/slices.ts';
import { files } from '../../appliance/store/keys.ts';
import { createStore, type OpenStore, type StoreOptions } from '../../appliance/store/store.ts';
import { FakeClock } from '../helpers/clock.ts';
import { folderBytes } from './peer.ts';
import type { HostTrace } from './trace.ts';

/** Ticks come in batches of a minute. */
const batchMs = 60_000;
/** Nothing is read back that is not in a block. */
const commitEveryMs = 600_000;

/** LevelDB can, the type that browsers share does not say so. */
type Compacting = { compactRange(first: Buffer, last: Buffer): Promise<void> };

/**
 * `bytes` is the database after compaction; before it everything counts, also the write-ahead log, which holds ticks
 * of the last minutes once more and does not grow with the history.
 */
export type OwnSize = { bytes: number; beforeCompaction: number; blocks: number; wrong: number };

export async function ownBytes(
  folder: string,
  hosts: readonly HostTrace[],
  signal: AbortSignal,
): Promise<OwnSize> {
  const clock = new FakeClock(Math.min(...hosts.map(({ times }) => times[0]!)));
  const defaults = Object.fromEntries(Object.entries(storeConfig).map(([name, key]) => [name, key.default]));
  const part = createStore({
    ...{ stateDir: folder, clock, log: createLog({ name: 'store', level: 'warn' }), alive: () => undefined },
    config: {
      ...(defaults as StoreOptions['config']),
      clock: 'trusted',
      commit_interval: commitEveryMs,
    },
    fail(error) {
      throw error;
    },
  });
  await part.start(signal);
  const machines = await feed(part.opened(), clock, hosts, signal);
  const { blocks } = part.opened().samples.counts;
  await part.stop();
  const beforeCompaction = await folderBytes(folder);
  const database = await openDatabase({ stateDir: folder, lockWaitMs: 0, clock, signal });
  await (database as Database & Compacting).compactRange(Buffer.alloc(1), Buffer.alloc(1, 255));
  let wrong = 0;
  for (const [at, host] of hosts.entries()) wrong += await wrongValues(database, machines[at]!, host);
  await database.close();
  return { bytes: await folderBytes(join(folder, files.database)), beforeCompaction, blocks, wrong };
}

/** All hosts side by side, a minute at a time, until everything is sealed. */
async function feed(
  store: OpenStore,
  clock: FakeClock,
  hosts: readonly HostTrace[],
  signal: AbortSignal,
): Promise<number[]> {
  const machines: number[] = [];
  for (const { host, series } of hosts) {
    const key = host.toString(16).padStart(64, '0');
    const { machine } = await store.registry.admit({ key, name: `host-${host}`, by: 'bench', local: false });
    await store.dictionaries.resolve(
      machine,
      series.map((one) => ({ ...one, unit: '1' })),
    );
    machines.push(machine);
  }
  const next = hosts.map(() => 0);
  const more = () => hosts.some(({ times }, at) => next[at]! < times.length);
  while (more() || store.samples.waiting().ticks > 0) {
    signal.throwIfAborted();
    const untilMs = clock.wallMs() + batchMs;
    await clock.advance(batchMs);
    for (const [at, host] of hosts.entries()) {
      next[at] = append(store, machines[at]!, host, { from: next[at]!, untilMs });
    }
    await store.turn();
  }
  return machines;
}

function append(
  store: OpenStore,
  machine: number,
  { host, times, columns }: HostTrace,
  { from, untilMs }: { from: number; untilMs: number },
): number {
  const ticks = [];
  let at = from;
  for (; at < times.length && times[at]! < untilMs; at++) {
    const row = at;
    const values = columns.map((column) => (Number.isNaN(column[row]) ? undefined : column[row]!));
    ticks.push({ seq: at, runMs: times[at]! - times[0]!, values });
  }
  const run = host.toString(16).padStart(32, '0');
  const batch = [{ machine, run, wallAtZeroMs: times[0]!, trusted: true, ticks }];
  if (ticks.length > 0) {
    const { refused } = store.samples.append(encodeBatch(batch), store.committer);
    if (refused.length > 0) throw new Error(`the store refused ${refused[0]!.code} of host ${host}`);
  }
  return at;
}

/** Everything is read back and compared with what was sent. */
async function wrongValues(database: Database, machine: number, host: HostTrace): Promise<number> {
  const { times, columns } = host;
  const wanted = [...columns.keys()];
  let wrong = 0;
  const query = {
    ...{ machine, wanted, fromMs: times[0]!, toMs: times[times.length - 1]! + 1 },
    onDamage({ error }: { error: unknown }) {
      throw error;
    },
  };
  let at = 0;
  for await (const slice of slicesOf(database, [], query)) {
    for (let row = 0; row < slice.times.length; row++, at++) {
      if (slice.times[row] !== times[at]) wrong++;
      for (const index of wanted) {
        const value = slice.columns[index]![row]!;
        const sent = columns[index]![at]!;
        if (value !== sent && !(Number.isNaN(value) && Number.isNaN(sent))) wrong++;
      }
    }
  }
  return wrong + Math.abs(at - times.length);
}
