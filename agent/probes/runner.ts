/** All probes of this machine, each on its own beat: they begin spread out, never twice at once, and wait for none that does not answer. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Assignment, ProbeResult } from '../../appliance/protocol/probes/exchange.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Timer } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import type { Reading } from '../collectors/collector.ts';
import { type Beat, Beats, beatOf } from './beats.ts';
import { type Around, look, type Plan, planOf } from './look.ts';
import { isLeftOut, type Measured, type Outcome, type Past } from './probe.ts';

/** Sockets that are open at once: a process may have 1,024. */
const mostAtOnce = 256;
/** Of those that are due together each waits until the one before has ended, or for so long: what one costs is not measured by the next. */
const turnMs = 4;
/** Turns of more than this together are shorter. */
const turnsMs = 250;
/** Of one probe: what can be measured of the most interfaces, and then some. */
const mostSeries = 128;
/** A look that is left out now and then changes nothing; this many in a row are told. */
const mostLeftOut = 3;

type Running = Beat & {
  assignment: Assignment;
  plan: Plan;
  ending: AbortController;
  past: Past;
  busy: boolean;
  /** How many looks in a row were left out, because others had taken the turns of the target. */
  leftOut: number;
  /** What its values are called. */
  series: Map<string, Series>;
  /** Since the last tick. */
  fresh: readonly Measured[];
  result: ProbeResult | undefined;
};

export class Runner {
  readonly #o: { around: Around; runMs(): number; log: Log };
  readonly #running = new Map<string, Running>();
  readonly #queue: Running[] = [];
  readonly #beats: Beats<Running>;
  #open = 0;
  /** Of the look that began last, while others wait for it. */
  #turn: Timer | undefined;

  constructor(o: { around: Around; runMs(): number; log: Log }) {
    this.#o = o;
    this.#beats = new Beats(o.around.clock, (those) => this.#look(those));
  }

  /** All that is to be checked: what stayed the same goes on, on its beat; what is asked for again is looked at now, too. */
  assign(assignments: readonly Assignment[]): void {
    const wanted = new Map(assignments.map((one) => [one.id, one]));
    for (const [id, { assignment }] of this.#running)
      if (saidOf(wanted.get(id)) !== saidOf(assignment)) this.#end(id);
    if (!assignments.some(({ kind }) => kind === 'icmp')) this.#o.around.reset();
    for (const [id, assignment] of wanted) {
      const running = this.#running.get(id);
      if (running === undefined) this.#begin(assignment);
      else if (assignment.again !== undefined && assignment.again !== running.assignment.again) {
        running.assignment = assignment;
        this.#look([running]);
      }
    }
  }

  stop(): void {
    for (const id of [...this.#running.keys()]) this.#end(id);
    this.#o.around.reset();
  }

  /** What was measured since the last tick, each value once. */
  collect(out: Reading): void {
    for (const [id, running] of this.#running) {
      for (const { metric, attributes, value } of running.fresh) {
        const name = attributes.length === 0 ? metric : `${metric} ${attributes.join(' ')}`;
        let series = running.series.get(name);
        if (series === undefined) {
          // A device whose interfaces are called otherwise each time would take the room of all other probes, for good.
          if (running.series.size >= mostSeries) continue;
          series = metricSeries(metric, id, ...attributes);
          running.series.set(name, series);
        }
        out.put(series, value);
      }
      running.fresh = [];
    }
  }

  /** The last result of each; the same object until verdict or reason has changed. */
  results(): ProbeResult[] {
    return [...this.#running.values()].flatMap(({ result }) => (result === undefined ? [] : [result]));
  }

  #begin(assignment: Assignment): void {
    const { id, intervalMs } = assignment;
    const running: Running = {
      ...{ assignment, plan: planOf(assignment) },
      ...beatOf(intervalMs, shareOf(id), this.#o.around.clock.monotonicMs()),
      ...{
        ending: new AbortController(),
        past: { echoes: [], heard: 0, intervalMs },
        busy: false,
        leftOut: 0,
        series: new Map(),
        fresh: [],
        result: undefined,
      },
    };
    this.#running.set(id, running);
    this.#beats.add(running);
  }

  #end(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    this.#beats.delete(running);
    running.ending.abort();
  }

  #look(those: readonly Running[]): void {
    for (const running of those) {
      if (running.busy) continue; // Its deadline is longer than its interval: this beat is left out.
      running.busy = true;
      this.#queue.push(running);
    }
    this.#next();
  }

  #next(): void {
    while (this.#open < mostAtOnce && this.#turn === undefined) {
      const running = this.#queue.shift();
      if (running === undefined) return;
      if (running.ending.signal.aborted) continue;
      this.#open += 1;
      const pass = this.#takeTurn();
      look(running.plan, this.#o.around, running.past, running.ending.signal)
        .then((outcome) => this.#looked(running, outcome))
        .catch((error: unknown) => this.#o.log.error('a probe failed', { error: messageOf(error) }))
        .finally(() => {
          running.busy = false;
          this.#open -= 1;
          pass();
        });
    }
  }

  /** Others wait: lets the next one go when it is called, or when the turn is over. */
  #takeTurn(): () => void {
    const waiting = this.#queue.length;
    if (waiting === 0) return () => this.#next();
    const turn = this.#o.around.clock.after(Math.min(turnMs, turnsMs / waiting), () => pass());
    this.#turn = turn;
    const pass = () => {
      turn.stop();
      if (this.#turn === turn) this.#turn = undefined;
      this.#next();
    };
    return pass;
  }

  #looked(running: Running, { verdict, reason, measured }: Outcome): void {
    running.leftOut = reason && isLeftOut(reason.code) ? running.leftOut + 1 : 0;
    if (running.leftOut > 0 && running.leftOut <= mostLeftOut && running.result !== undefined) return;
    const up: Measured = { metric: 'probe.up', attributes: [], value: verdict === 'up' ? 1 : 0 };
    running.fresh = verdict === 'unknown' ? measured : [up, ...measured];
    const { result } = running;
    // The detail may hold what differs each time; it is told anew when the verdict or its reason does.
    if (result?.verdict === verdict && result.reason?.code === reason?.code) return;
    const { id: probe } = running.assignment;
    running.result = { probe, runMs: this.#o.runMs(), verdict, ...(reason ? { reason } : {}) };
  }
}

/** What is checked and how, whenever that is asked for. */
function saidOf(assignment: Assignment | undefined): string {
  return JSON.stringify({ ...assignment, again: undefined });
}

/** 0 to 1, the same for the same probe: those that were made together do not look together. */
function shareOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const letter of id) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  // What differs in the last letter only differs in the highest bits, too.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
