/** Samples on their way in: known ones are dropped, new ones go to RAM, to the write-ahead log and to whoever watches. */
import { ByteWriter } from '../../protocol/bytes.ts';
import type { Clock } from '../../runtime/clock.ts';
import { createSealer, sealPhase } from '../blocks/sealer.ts';
import type { ChangeHub } from '../changes.ts';
import { checkSeenRuns } from '../checks.ts';
import { type Arrival, ArrivalReader, arrivalOf } from '../client/append.ts';
import type { AppendBatch, Appended, DatedSummary, Latest } from '../client/types.ts';
import { datingOf, redateHead } from '../clock/redate.ts';
import type { Undated } from '../clock/undated.ts';
import { type Database, iterationOptions } from '../database/database.ts';
import { rangeOf } from '../keys.ts';
import type { Committer } from '../log/commit.ts';
import { decodeChecked } from '../records/checked.ts';
import type { Dictionaries } from '../records/dictionary.ts';
import type { RecordWriter } from '../records/writer.ts';
import { type Bounds, leaveOut, mostAheadMs } from './admissible.ts';
import type { Chain } from './head.ts';
import { latestBytes } from './latest-bytes.ts';
import { LatestText } from './latest-text.ts';
import { MachineSamples, type Taking } from './machine-samples.ts';
import { Pages } from './pages.ts';
import type { Refusals } from './refusals.ts';
import { recognisedMs, type SeenRun, undatedMs } from './seen.ts';

export type SamplesOptions = {
  database: Database;
  writer: RecordWriter;
  dictionaries: Dictionaries;
  isAdmitted(machine: number): boolean;
  changes: ChangeHub;
  clock: Clock;
  clockTrusted(): boolean;
  /** The clock has not just been moved. */
  clockSettled?(): boolean;
  /** What the datings of a boot are off by, once that is known. */
  correctionOf?(anchorMs: number): number | undefined;
  undated?: Undated;
  refusals?: Refusals;
  sealEveryMs: number;
  mostHeadBytes: number;
};

/** `bounds` are those of dates that are trusted. */
type Moment = { presentMs: number; stampMs: number; bounds: Bounds };
const unbounded: Bounds = { oldestMs: Number.NEGATIVE_INFINITY, latestMs: Number.POSITIVE_INFINITY };

export type SampleCounts = { ticks: number; duplicates: number; refused: number; blocks: number };

export interface Samples {
  readonly counts: Readonly<SampleCounts>;
  /** Ticks and bytes that wait for their blocks. */
  waiting(): { ticks: number; bytes: number };
  load(): Promise<void>;
  append(body: Uint8Array, committer: Committer): Appended;
  /** A batch from the log of an earlier process: nothing is logged again and nobody is told. */
  restore(batch: AppendBatch, segment: number): void;
  /** The clock is trusted now, or better known: whatever waits in RAM is dated by it. */
  redate(): void;
  sealDue(): Promise<void>;
  oldestSegment(): number;
  chains(machine: number): readonly Chain[];
  machine(machine: number): MachineSamples;
  latest(machine: number): Latest[];
  /** The same as JSON text; of all that are admitted in columns. */
  latestText(machine: number): string;
  latestBytesOfAll(): Uint8Array;
  lastSampleMs(machine: number): number | null;
  summaries(): Record<number, DatedSummary>;
}

const nothingYet = () => ({
  ...{ taken: 0, duplicates: 0 },
  times: { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY },
});

export function createSamples(o: SamplesOptions): Samples {
  const scratch = new ByteWriter(8192);
  const pages = new Pages();
  const machines = new Map<number, MachineSamples>();
  const latestText = new LatestText();
  const reader = new ArrivalReader();
  const loaded = new Map<number, SeenRun[]>();
  const counts = { ticks: 0, duplicates: 0, refused: 0 };

  const machineOf = (machine: number): MachineSamples => {
    const found = machines.get(machine);
    if (found !== undefined) return found;
    const nextSealMs = o.clock.monotonicMs() + sealPhase(machine) * o.sealEveryMs;
    const samples = new MachineSamples(machine, {
      scratch,
      pages,
      nextSealMs,
      seen: loaded.get(machine) ?? [],
    });
    loaded.delete(machine);
    machines.set(machine, samples);
    return samples;
  };

  const stampMs = () => (o.clockTrusted() ? o.clock.wallMs() : undatedMs);

  const fits = ({ machine, width }: Arrival): boolean => width <= o.dictionaries.of(machine).length;
  const refusalOf = (entry: Arrival): string | null => {
    if (!o.isAdmitted(entry.machine)) return 'NOT_FOUND';
    return fits(entry) ? null : 'UNKNOWN_SERIES';
  };

  const datings = { correctionOf: (anchorMs: number) => o.correctionOf?.(anchorMs) };

  /** With the best dating that is known by now. */
  const dated = (entry: Arrival): Arrival => {
    if (entry.trusted) return entry;
    const zeroMs = datingOf(entry, { clock: datings, seen: machineOf(entry.machine).seen });
    if (zeroMs === undefined) return entry;
    return { ...entry, wallAtZeroMs: zeroMs, trusted: true, anchorMs: undefined };
  };

  /** Asked once for a whole batch: clocks are dear. */
  const momentOf = (): Moment => {
    const presentMs = o.clock.wallMs();
    const trusted = o.clockTrusted();
    const isSettled = trusted && (o.clockSettled?.() ?? true);
    return {
      ...{ presentMs, stampMs: trusted ? presentMs : undatedMs },
      bounds: isSettled
        ? { oldestMs: presentMs - recognisedMs, latestMs: presentMs + mostAheadMs }
        : unbounded,
    };
  };

  const take = (entry: Arrival, taking: Taking) => {
    const samples = machineOf(entry.machine);
    const newSinceMs = samples.take(dated(entry), taking);
    if (entry.trusted && samples.seen.dated(entry.run, entry.wallAtZeroMs)) redateHead(samples, datings);
    return newSinceMs;
  };

  /** `sinceMs`: what was measured before has been told. */
  const tell = (machine: number, sinceMs = Number.NEGATIVE_INFINITY): void => {
    const samples = machineOf(machine);
    const series = o.dictionaries.of(machine);
    o.changes.live(
      machine,
      () => samples.summary(series),
      (wanted) =>
        samples.latest.list(series, {
          indices: wanted?.indicesOf(machine, series),
          sinceMs: wanted?.beginsWith(machine) === false ? sinceMs : undefined,
        }),
    );
  };

  const sealer = createSealer({ ...o, machines: () => machines.values(), stampMs });

  return {
    get counts() {
      return { ...counts, blocks: sealer.blocks };
    },
    waiting() {
      const heads = [...machines.values()].map((samples) => samples.head);
      return {
        ticks: heads.reduce((sum, head) => sum + head.count, 0),
        bytes: heads.reduce((sum, head) => sum + head.byteLength, 0),
      };
    },
    async load() {
      for await (const [key, value] of o.database.iterator({ ...rangeOf('seen'), ...iterationOptions })) {
        const machine = key.readUInt32BE(1);
        const what = `The list of what was received of machine ${machine}`;
        loaded.set(machine, decodeChecked(value, what, checkSeenRuns));
      }
    },
    append(body, committer) {
      const batch = reader.read(body);
      const refused: Appended['refused'] = [];
      const newSince = new Map<number, number>();
      // When the log cannot take more, nothing must have been taken.
      committer.assertRoom();
      const moment = momentOf();
      const { segment, log } = committer;
      const taking: Taking = { ...moment, ...{ segment, log }, ...nothingYet() };
      for (let at = 0; at < batch.length; at++) {
        const entry = batch[at]!;
        const code = refusalOf(entry);
        if (code !== null) {
          counts.refused += entry.ticks.length;
          refused.push({ machine: entry.machine, code });
          continue;
        }
        for (const { code, path, count, names } of leaveOut(
          entry,
          at,
          entry.trusted ? moment.bounds : unbounded,
          o.dictionaries.of(entry.machine),
        )) {
          if (code !== 'NEGATIVE_COUNTER') counts.refused += count;
          refused.push({ machine: entry.machine, code, path });
          o.refusals?.refused(entry.machine, code, { count, path, names });
        }
        const sinceMs = Math.min(
          take(entry, taking),
          newSince.get(entry.machine) ?? Number.POSITIVE_INFINITY,
        );
        if (sinceMs < Number.POSITIVE_INFINITY) newSince.set(entry.machine, sinceMs);
      }
      counts.ticks += taking.taken;
      counts.duplicates += taking.duplicates;
      const batchNumber = committer.append(taking.taken > 0 ? taking.times : null);
      for (const [machine, sinceMs] of newSince) tell(machine, sinceMs);
      return { batch: batchNumber, refused };
    },
    restore(batch, segment) {
      const taking: Taking = { ...momentOf(), ...{ segment, log: null }, ...nothingYet() };
      for (const entry of batch.map(arrivalOf)) {
        // Also of a machine that was removed since: it may come back and look for its history.
        if (fits(entry)) take(entry, taking);
      }
    },
    redate() {
      for (const samples of machines.values())
        if (redateHead(samples, datings) && o.isAdmitted(samples.machine)) tell(samples.machine);
    },
    sealDue: () => sealer.sealDue(),
    oldestSegment: () =>
      [...machines.values()].reduce(
        (oldest, { head }) => Math.min(oldest, head.oldestSegment),
        Number.POSITIVE_INFINITY,
      ),
    chains: (machine) => machines.get(machine)?.head.chains ?? [],
    machine: machineOf,
    latest: (machine) => machines.get(machine)?.latest.list(o.dictionaries.of(machine)) ?? [],
    latestText: (machine) => {
      const found = machines.get(machine);
      return found === undefined ? '[]' : latestText.of(found.latest, o.dictionaries.of(machine));
    },
    latestBytesOfAll() {
      const admitted = [...machines.values()].filter(({ machine }) => o.isAdmitted(machine));
      return latestBytes(
        admitted.map(({ machine, latest }) => ({ machine, latest, dictionary: o.dictionaries.of(machine) })),
      );
    },
    lastSampleMs(machine) {
      const lastMs = machines.get(machine)?.latest.lastMs ?? Number.NEGATIVE_INFINITY;
      return Number.isFinite(lastMs) ? lastMs : null;
    },
    summaries() {
      const result: Record<number, DatedSummary> = {};
      for (const [machine, samples] of machines) {
        if (o.isAdmitted(machine) && Number.isFinite(samples.latest.lastMs)) {
          result[machine] = samples.summary(o.dictionaries.of(machine));
        }
      }
      return result;
    },
  };
}
