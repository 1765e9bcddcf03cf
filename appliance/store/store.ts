/** The store put together: opened in order, kept going by one loop, closed in reverse. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Timer } from '../runtime/clock.ts';
import { type ClockSource, clockSourceOf } from '../runtime/clock-trust.ts';
import type { Config } from '../runtime/config.ts';
import { Failure } from '../runtime/errors.ts';
import { type Log, limited } from '../runtime/log.ts';
import type { Part } from '../runtime/parts.ts';
import { type Backups, createBackups } from './backup/backups.ts';
import { noteRestored } from './backup/note.ts';
import { finishRestore } from './backup/switch.ts';
import { type ChangeHub, createChangeHub } from './changes.ts';
import type { Health } from './client/types.ts';
import { keepClock, loadClock } from './clock/keep.ts';
import { Redating } from './clock/redate.ts';
import type { BoxClock } from './clock/trust.ts';
import { Undated } from './clock/undated.ts';
import type { storeConfig } from './config.ts';
import { makeFolder } from './database/creation.ts';
import { createReader, type Reader } from './history/reader.ts';
import { createJournal, type Journal } from './journal/journal.ts';
import { createJournalKeeper } from './journal/keeper.ts';
import { aboutKeys, files } from './keys.ts';
import { type Committer, createCommitter } from './log/commit.ts';
import { replay } from './log/replay.ts';
import { keepGoing } from './loop.ts';
import { createDictionaries, type Dictionaries } from './records/dictionary.ts';
import { createRecords, type Records } from './records/records.ts';
import { createRegistry, type Registry } from './records/registry.ts';
import { createSettings, type Settings } from './records/settings.ts';
import { createRecordWriter } from './records/writer.ts';
import { type Care, createCare } from './recovery/care.ts';
import { childJobs, type Jobs } from './recovery/jobs.ts';
import { openRecovered, type Recovered } from './recovery/recover.ts';
import { openMarks } from './recovery/wal-marks.ts';
import { createRefusals } from './samples/refusals.ts';
import { createSamples, type Samples } from './samples/samples.ts';
import { warmLatest } from './samples/warm.ts';
import { lossOf, noteStart } from './started.ts';
import type { Room } from './tiers/budget.ts';
import type { Keeper } from './tiers/keeper.ts';
import { openHistory } from './tiers/open.ts';

export type StoreOptions = {
  stateDir: string;
  config: Config<typeof storeConfig>;
  clock: Clock;
  clockSource?: ClockSource;
  /** Of the file system; asked of the operating system if not given. */
  room?: () => Promise<Room>;
  log: Log;
  /** Who opens databases that may abort their process. */
  jobs?: Jobs;
  alive(): void;
  fail(error: unknown): void;
};

export type OpenStore = {
  samples: Samples;
  dictionaries: Dictionaries;
  registry: Registry;
  settings: Settings;
  records: Records;
  journal: Journal;
  backups: Backups;
  reader: Reader;
  /** Rolls history up and deletes what has aged. */
  history: Keeper;
  /** Box time; `ageNowMs` is what retention has to ask. */
  clock: BoxClock;
  /** Blocks whose date is not certain: age must not delete them. */
  undated: Undated;
  changes: ChangeHub;
  committer: Committer;
  /** Resolves when the last values of machines that are away are known again. */
  warmed: Promise<void>;
  health(): Promise<Health>;
  care: Care;
  /** One turn of the loop with its commit, whatever the time. */
  turn(): Promise<void>;
  close(): Promise<void>;
};

export interface StorePart extends Part {
  /** UNAVAILABLE before the start and after the stop. */
  opened(): OpenStore;
}

export function createStore(o: StoreOptions): StorePart {
  let store: OpenStore | null = null;
  let loop: Timer | null = null;
  return {
    name: 'store',
    async start(signal) {
      store = await openStore(o, signal);
      loop = keepGoing(o, store);
    },
    async stop() {
      loop?.stop();
      const closing = store;
      store = null;
      await closing?.close();
    },
    opened() {
      if (store === null) throw new Failure('UNAVAILABLE', 'the store is not open');
      return store;
    },
  };
}

async function openStore(o: StoreOptions, signal: AbortSignal): Promise<OpenStore> {
  const { config, clock, stateDir, log } = o;
  const jobs = o.jobs ?? childJobs;
  await finishRestore(stateDir, clock.wallMs());
  const recovered = await openRecovered({ stateDir, lockWaitMs: config.lock_wait, clock, signal, jobs, log });
  try {
    return await assemble(o, recovered, signal);
  } catch (error) {
    await recovered.database.close();
    await recovered.spare.close();
    throw error;
  }
}

async function assemble(o: StoreOptions, recovered: Recovered, signal: AbortSignal): Promise<OpenStore> {
  const { config } = o;
  const { database } = recovered;
  const care: Care = createCare({
    ...{ ...o, jobs: o.jobs ?? childJobs, recovered },
    ballastBytes: config.ballast,
  });
  const { fail } = care;
  const closing = new AbortController();
  const log = limited(o.log, 60_000, o.clock);
  const source = o.clockSource ?? clockSourceOf();
  const clock = await loadClock(database, { clock: o.clock, source, mode: config.clock, log });
  const startedMs = clock.wallMs();
  const writer = createRecordWriter(database, fail, {
    spare: recovered.spare,
    made: () => care.roomToOpen(),
    reopen: () => care.reopen(),
    log: o.log,
  });
  const changes = createChangeHub();
  const base = { database, writer, changes, clock, clockTrusted: () => clock.trusted() };
  const undated = new Undated();
  await undated.load(database);
  const refusals = createRefusals({
    ...{ clock, log: o.log, fail },
    note: (note) => journal.note(note),
    nameOf: (machine) => (registry.has(machine) ? registry.get(machine).name : `#${machine}`),
  });
  const dictionaries = createDictionaries({ ...base, mostSeries: config.most_series, refusals });
  const settings = createSettings(base);
  const records = createRecords(base);
  const journal = createJournal({ ...base, log: o.log });
  const registry: Registry = createRegistry({
    ...base,
    mostMachines: config.most_machines,
    lastSampleMs: (machine) => samples.lastSampleMs(machine),
  });
  const samples = createSamples({
    ...base,
    ...{ dictionaries, undated, refusals },
    correctionOf: (anchorMs) => clock.correctionOf(anchorMs),
    clockSettled: () => clock.settled(),
    isAdmitted: (machine) => registry.has(machine),
    sealEveryMs: config.seal_interval,
    mostHeadBytes: config.head_bytes,
  });
  for (const part of [registry, dictionaries, settings, records, journal, samples]) {
    signal.throwIfAborted();
    await part.load();
  }
  const folder = join(o.stateDir, files.writeAhead);
  await makeFolder(folder, o.stateDir);
  const marks = await openMarks(o.stateDir);
  const { segments, free, damage, marked } = await replay({
    ...{ folder, log: o.log, signal, marks: marks.found },
    onBatch: samples.restore,
  });
  await marks.settle(marked);
  const hadLog = marks.isNew && segments.size + free.length === 0 && registry.count > 0;
  // A restored state has as much of the log as there was to back up.
  if (hadLog && (await database.get(aboutKeys.restored)) === undefined)
    damage.push({ file: folder, bytes: 0, times: null });
  const committer = createCommitter({
    ...{ folder, clock, segments, free, marks, fail },
    assertRoom: () => care.room.assertForSamples(),
    onFull() {
      care.room.made().catch((error: unknown) => {
        if (!closing.signal.aborted) fail(error);
      });
    },
    groupBytes: config.commit_bytes,
    segmentBytes: config.segment_bytes,
    segmentAgeMs: config.segment_age,
  });
  await committer.start();
  await noteStart(journal, damage, o.log);
  await noteRestored({ database, writer, journal });
  await care.begin({ writer, journal, lost: damage.map(lossOf) });
  keepClock(clock, { writer, journal, changes, log: o.log, fail, onState: () => samples.redate() });
  // What samples are dated with before anybody knows the time must be known after a cut too.
  await writer.settled();
  const expected = recovered.spare.blocks;
  expected.settled = () => writer.settled();
  const redating = new Redating({
    ...{ database, expected, writer, clock, undated, journal, log: o.log },
    machine: (machine) => samples.machine(machine),
  });
  const machines = registry.list().map(({ machine }) => machine);
  const { signal: closed } = closing;
  const warmed = warmLatest({ database, expected, samples, dictionaries, machines, log, signal: closed });
  warmed.catch(fail);
  const ownBytes = async () => committer.walBytes + (await folderBytes(join(o.stateDir, files.database)));
  const history = await openHistory({
    ...{ ...o, database, writer, dictionaries, undated },
    ...{ expected, journal, clock, log, ownBytes, lost: recovered.lost },
  });
  let turning: Promise<void> = Promise.resolve();
  const keeper = createJournalKeeper({
    ...{ journal, settings, clock, log },
    mayForget: () => clock.state().retention,
  });
  const turn = async () => {
    clock.trusted();
    await committer.commit();
    await samples.sealDue();
    await redating.turn(closing.signal);
    await committer.release(samples.oldestSegment());
    await keeper.tick();
  };
  return {
    ...{
      care,
      samples,
      dictionaries,
      registry,
      settings,
      records,
      journal,
      changes,
      committer,
      warmed,
      clock,
      undated,
    },
    history: history.keeper,
    backups: createBackups({
      ...{ database, committer, journal, registry, clock, log, writeAheadFolder: folder },
      ...{ clockTrusted: () => clock.trusted(), diskBytes: ownBytes },
    }),
    reader: createReader({
      ...{ database, dictionaries, log, samples, expected },
      ...{ history: history.coarse, lost: recovered.lost },
    }),
    turn() {
      turning = turning.then(turn);
      return turning;
    },
    health: async () => ({
      ...{ epoch: committer.epoch, startedMs, durable: committer.durable, appended: committer.appended },
      ...{ machines: registry.count, series: dictionaries.count },
      ...{ heads: samples.waiting().ticks, headBytes: samples.waiting().bytes, walBytes: committer.walBytes },
      diskBytes: await ownBytes(),
      ...samples.counts,
      care: care.state(),
      clock: clock.state(),
      refusedBy: refusals.counts,
      undated: undated.list().length,
      history: history.health(),
    }),
    async close() {
      closing.abort();
      await care.room.stop();
      await history.keeper.stop();
      await Promise.allSettled([turning, warmed, journal.close()]);
      await committer.stop();
      await marks.close();
      await writer.settled();
      await care.close();
    },
  };
}

async function folderBytes(folder: string): Promise<number> {
  const sizes = (await readdir(folder)).map(async (name) => {
    // LevelDB may have deleted the file since.
    const found = await stat(join(folder, name)).catch(() => null);
    return found?.size ?? 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
