/**
 * The outbox on disk: segments, oldest first, of this run and of earlier ones. A segment is deleted when the box has all of
 * it. Everything that touches the disk goes one after the other.
 */
import type { Series } from '../../appliance/protocol/series.ts';
import type { Tick } from '../../appliance/protocol/ticks.ts';
import { type FileHandle, open, unlink } from '../../appliance/runtime/disk.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import type { ClockPair } from './clocks.ts';
import { dropsFor, lossesOf } from './drops.ts';
import { type LeftBehind, reckonUp, segmentOf } from './left-behind.ts';
import { type Loss, lossOf } from './losses.ts';
import { Ranges } from './ranges.ts';
import { encodeHead, headBytes } from './segment.ts';
import type { SegmentContent } from './segment-content.ts';
import { SegmentEncoder } from './segment-encoder.ts';
import { SegmentFolder } from './segment-folder.ts';

export type Segment = {
  readonly number: number;
  readonly path: string;
  readonly run: string;
  /** What is in it and has no ack yet. */
  readonly held: Ranges;
  clocks: readonly ClockPair[];
  /** Reports in it that the box has not heard yet. */
  losses: Loss[];
  bytes: number;
  fromMs: number;
  toMs: number;
};

type Open = { segment: Segment; file: FileHandle; encoder: SegmentEncoder; clocks: number };

export type Batch = {
  ticks: readonly Tick[];
  /** All series of the run, in the order of the ticks' values. */
  series: readonly Series[];
  clocks: readonly ClockPair[];
  clocksVersion: number;
  losses: readonly Loss[];
};

export type ShelfOptions = {
  folder: string;
  run: string;
  /** All segments together. */
  bytes: number;
  log: Log;
  /** `kept`: the report is on disk already. */
  onLoss(loss: Loss, kept: boolean): void;
  /** They are part of another report now. */
  onMerged(losses: readonly Loss[]): void;
};

const longestSegment = 256 * 1024;

export class Shelf {
  readonly #o: ShelfOptions;
  readonly #folder: SegmentFolder;
  readonly #segmentBytes: number;
  #segments: Segment[] = [];
  #open: Open | undefined;
  #next = 1;
  #work: Promise<void> = Promise.resolve();

  constructor(options: ShelfOptions) {
    this.#o = options;
    this.#folder = new SegmentFolder(options.folder, options.log);
    this.#segmentBytes = Math.min(longestSegment, Math.max(4096, Math.floor(options.bytes / 16)));
  }

  get segments(): readonly Segment[] {
    return this.#segments;
  }

  get size(): { ticks: number; bytes: number } {
    let [ticks, bytes] = [0, 0];
    for (const segment of this.#segments) {
      ticks += segment.held.count;
      bytes += segment.bytes;
    }
    return { ticks, bytes };
  }

  holds(run: string, seq: number): boolean {
    return this.#segments.some((segment) => segment.run === run && segment.held.has(seq));
  }

  /** What earlier runs left behind. */
  async start(): Promise<void> {
    const { log } = this.#o;
    await this.#folder.make();
    const names = await this.#folder.names();
    const found: (Segment | undefined)[] = [];
    const contents: LeftBehind[] = [];
    for (const name of names) {
      const [number, path] = [Number.parseInt(name, 10), this.#folder.path(name)];
      this.#next = number + 1;
      const content = await this.#folder.read(path);
      const segment = content && segmentOf(number, path, content);
      if (content !== undefined && segment === undefined)
        await this.#folder.giveUp(path, name === names.at(-1));
      found.push(segment);
      if (content !== undefined && segment !== undefined) contents.push({ segment, content });
    }
    this.#segments = reckonUp(found, contents);
    for (const segment of this.#segments) for (const loss of segment.losses) this.#o.onLoss(loss, true);
    this.#tidy();
    await this.#work;
    if (this.#segments.length > 0) log.info('measurements of earlier runs wait', { ...this.size });
  }

  /** On disk, synced, when it resolves. Rejects when the disk does not take it; then nothing of it counts. */
  append(batch: Batch): Promise<void> {
    return this.#serially(() => this.#append(batch));
  }

  /** What is written from here on stands in a new segment. */
  seal(): Promise<void> {
    return this.#serially(() => this.#close());
  }

  acknowledge(run: string, ranges: readonly (readonly [first: number, last: number])[]): void {
    let removed = false;
    for (const segment of this.#segments) {
      if (segment.run !== run || segment.held.empty) continue;
      for (const [first, last] of ranges) if (segment.held.remove(first, last)) removed = true;
    }
    if (removed) this.#tidy();
  }

  reported(losses: readonly Loss[]): void {
    for (const segment of this.#segments) {
      segment.losses = segment.losses.filter((loss) => !losses.includes(loss));
    }
    this.#tidy();
  }

  /** Everything readable of a segment; what it should hold and does not is lost, and said to be. */
  async load(segment: Segment): Promise<SegmentContent | undefined> {
    const content = await this.#folder.read(segment.path);
    if (content === undefined) return undefined;
    const missing = new Ranges(segment.held.spans);
    if (content.run === segment.run) for (const [first, last] of content.spans) missing.remove(first, last);
    for (const [first, last] of missing.spans) {
      segment.held.remove(first, last);
      this.#lose(segment, { first, last, fromMs: segment.fromMs, toMs: segment.toMs, why: 'damage' });
    }
    return content;
  }

  async stop(): Promise<void> {
    await this.#serially(() => this.#close());
  }

  async #append(batch: Batch): Promise<void> {
    const current = await this.#ensureOpen(batch.ticks[0]);
    const clocks = current.clocks === batch.clocksVersion ? [] : batch.clocks;
    const room = this.#o.bytes - headBytes - roughly(batch);
    const { dropped, fresh, merged, moved } = dropsFor(room, this.#segments, current.segment);
    const losses = [...batch.losses, ...moved, ...fresh];
    const { segment, file, encoder } = current;
    try {
      const data = encoder.encode({ ticks: batch.ticks, series: batch.series, clocks, losses });
      await file.writeFile(data);
      await file.sync();
      if (segment.bytes === headBytes) await this.#folder.sync();
      segment.bytes += data.length;
    } catch (error) {
      // What was encoded is not in the file: its chain ends here. A torn end is known as such.
      await this.#close();
      if (segment.held.empty && segment.losses.length === 0) await this.#remove(segment);
      throw error;
    }
    current.clocks = batch.clocksVersion;
    segment.clocks = batch.clocks;
    segment.losses.push(...losses);
    for (const one of this.#segments) one.losses = one.losses.filter((loss) => !merged.includes(loss));
    for (const { seq, runMs } of batch.ticks) {
      if (segment.fromMs === 0) segment.fromMs = runMs;
      segment.held.append(seq, seq);
      segment.toMs = runMs;
    }
    for (const one of dropped) await this.#remove(one);
    for (const loss of fresh) this.#o.onLoss(loss, true);
    this.#o.onMerged(merged);
    if (segment.bytes >= this.#segmentBytes) await this.#close();
  }

  /** The disk is full and RAM nearly is: the oldest makes room. False when there is none. */
  dropOldest(): Promise<boolean> {
    return this.#serially(async () => {
      const oldest = this.#segments[0];
      if (oldest === undefined) return false;
      if (this.#open?.segment === oldest) await this.#close();
      await this.#remove(oldest);
      // Its reports are nowhere on disk now.
      this.#o.onMerged(oldest.losses);
      for (const loss of [...oldest.losses, ...lossesOf(oldest)]) this.#o.onLoss(loss, false);
      return true;
    });
  }

  async #ensureOpen(first: Tick | undefined): Promise<Open> {
    if (this.#open !== undefined) return this.#open;
    const { run } = this.#o;
    const number = this.#next;
    const path = this.#folder.pathOf(number);
    await this.#folder.make();
    const file = await open(path, 'wx', 0o600);
    this.#next += 1;
    try {
      await file.writeFile(encodeHead(run, first));
    } catch (error) {
      await file.close();
      await unlink(path);
      throw error;
    }
    const held = new Ranges();
    const segment = { number, path, run, held, clocks: [], losses: [], bytes: headBytes, fromMs: 0, toMs: 0 };
    this.#segments.push(segment);
    this.#open = { segment, file, encoder: new SegmentEncoder(), clocks: -1 };
    return this.#open;
  }

  async #close(): Promise<void> {
    const { file } = this.#open ?? {};
    this.#open = undefined;
    await file?.close();
  }

  #lose(segment: Segment, loss: Omit<Loss, 'run' | 'synchronised'>): void {
    const lost = lossOf(segment.run, segment.clocks, loss);
    segment.losses.push(lost);
    this.#o.onLoss(lost, true);
  }

  /** Deletes what nobody needs any more. */
  #tidy(): void {
    const done = (segment: Segment) => segment.held.empty && segment.losses.length === 0;
    for (const segment of this.#segments.filter(done)) {
      void this.#serially(async () => {
        if (!done(segment)) return; // written to meanwhile
        if (this.#open?.segment === segment) await this.#close();
        await this.#remove(segment);
      });
    }
  }

  async #remove(segment: Segment): Promise<void> {
    this.#segments = this.#segments.filter((one) => one !== segment);
    await this.#folder.remove(segment.path);
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work);
    this.#work = result.then(
      () => undefined,
      () => undefined, // whoever asked for it hears of it
    );
    return result;
  }
}

/** The most that a batch usually takes: names, and a byte or two a value. */
function roughly({ ticks, series }: Batch): number {
  return 40 * series.length + ticks.length * (16 + 2 * series.length);
}
