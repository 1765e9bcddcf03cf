/** Outboxes of one machine on a real folder and a clock that the test moves: each `open` is a new run. */
import { join } from 'node:path';
import { Outbox } from '../../agent/outbox/outbox.ts';
import type { Replay } from '../../agent/outbox/replay.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from './clock.ts';

export const stepMs = 5_000;

export class Outboxes {
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  readonly folder: string;
  readonly bytes: number;
  readonly series: Series[];
  wanted = true;
  #runs = 0;

  constructor(home: string, o: { bytes?: number; width?: number } = {}) {
    this.folder = join(home, 'outbox');
    this.bytes = o.bytes ?? 2 ** 24;
    this.series = Array.from({ length: o.width ?? 3 }, (_, index) => ({
      ...{ name: `x:${index}`, unit: '1', scale: 0 },
      kind: 'gauge' as const,
    }));
  }

  async open(o: { ram?: { ticks: number; bytes: number } } = {}): Promise<TestOutbox> {
    this.#runs += 1;
    const run = String(this.#runs).padStart(32, '0');
    const startedMs = this.clock.monotonicMs();
    const outbox = new Outbox({
      ...{ folder: this.folder, bytes: this.bytes, run, clock: this.clock, ...o },
      series: { from: (index) => this.series.slice(index) },
      clocks: {
        pairs: [{ runMs: 0, wallMs: this.clock.wallMs(), synchronised: true, sleptMs: 0 }],
        version: 1,
      },
      log: createLog({ name: 'outbox', level: 'debug', write: (line) => this.lines.push(line) }),
      wanted: async () => this.wanted,
    });
    await outbox.start();
    return new TestOutbox(this, outbox, startedMs);
  }
}

export class TestOutbox {
  readonly outbox: Outbox;
  readonly #all: Outboxes;
  readonly #startedMs: number;
  #seq = 0;

  constructor(all: Outboxes, outbox: Outbox, startedMs: number) {
    this.#all = all;
    this.outbox = outbox;
    this.#startedMs = startedMs;
  }

  /** Measures, a step apart. What is being written is on disk when it resolves. */
  async measure(count: number): Promise<void> {
    const { clock, series } = this.#all;
    for (; count > 0; count--) {
      await clock.advance(stepMs);
      const seq = this.#seq++;
      const values = series.map((_, index) => seq * 100 + index);
      this.outbox.add({ seq, runMs: clock.monotonicMs() - this.#startedMs, values });
      await this.settled();
    }
  }

  /** The write under way is over. */
  async settled(): Promise<void> {
    await this.outbox.written;
  }
}

/** All that a replay gives out, acknowledged or not. */
export async function replayed(replay: Replay): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  for (;;) {
    const portion = await replay.next(() => 50);
    if (portion === undefined) return found;
    for (const { seq, values } of portion.ticks) {
      if (values.some((value, index) => value !== seq * 100 + index)) throw new Error(`tick ${seq} is wrong`);
      found.set(portion.run, [...(found.get(portion.run) ?? []), seq]);
    }
  }
}
