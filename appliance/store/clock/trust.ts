/**
 * The box's time: the one place that decides whether it is believed, and says why. Box time is the monotonic time plus an
 * anchor, so that a wall clock that somebody moves moves nothing here before it is believed. README.md has the rules.
 */
import type { Clock, Timer } from '../../runtime/clock.ts';
import type { ClockOrigin, ClockState } from '../client/types.ts';
import {
  bootsKept,
  type ClockBeginning,
  type ClockMemory,
  clockBegun,
  near,
  nearMs,
  stepMs,
} from './state.ts';
import { ClockVotes } from './votes.ts';

/** A wall clock that moves less than this drifts, or is being slewed. */
const driftMs = 1_000;
const lookEveryMs = 1_000;
/** What ingest holds for a store that was away is here by then. */
const settleMs = 5 * 60_000;
/** The floor is kept on disk this often: between, monotonic time says how far it has risen. */
const keepFloorMs = 3_600_000;

export type ClockNews =
  | { kind: 'trusted'; source: ClockOrigin; byMs: number }
  | { kind: 'changed'; source: ClockOrigin; byMs: number }
  | { kind: 'disputed'; source: ClockOrigin; byMs: number }
  | { kind: 'below'; source: ClockOrigin; byMs: number };

export type BoxClockOptions = ClockBeginning;

export type ClockListener = {
  /** To be kept on disk. */
  onMemory(memory: ClockMemory): void;
  onState(state: ClockState): void;
  onNews(news: ClockNews): void;
};

type Candidate = { source: ClockOrigin; anchorMs: number };

export class BoxClock implements Clock {
  readonly #o: BoxClockOptions;
  readonly #votes = new ClockVotes();
  readonly #memory: ClockMemory;
  #listener: ClockListener | null = null;
  /** What happened before somebody listened. */
  #unsaid: ClockNews[] = [];
  #disputed: Candidate | null = null;
  /** Whether age may delete. */
  #sure = false;
  #lookMs = Number.NEGATIVE_INFINITY;
  #movedMs = Number.NEGATIVE_INFINITY;
  #keptMs = Number.NEGATIVE_INFINITY;
  #told = '';

  constructor(o: BoxClockOptions) {
    this.#o = o;
    this.#memory = clockBegun(o);
    this.#look();
  }

  /** Box time: what everything in the store is stamped with. */
  wallMs(): number {
    const nowMs = this.#o.clock.monotonicMs();
    if (nowMs - this.#lookMs >= lookEveryMs) this.#look();
    const { anchorMs, provisionalMs, source } = this.#memory;
    const timeMs = nowMs + (anchorMs ?? provisionalMs);
    if (source !== 'ntp' && source !== 'configured') return timeMs;
    const wallMs = this.#o.clock.wallMs();
    if (Math.abs(wallMs - timeMs) <= driftMs) return wallMs;
    this.#look();
    return nowMs + (this.#memory.anchorMs ?? provisionalMs);
  }

  monotonicMs(): number {
    return this.#o.clock.monotonicMs();
  }

  every(intervalMs: number, run: () => void): Timer {
    return this.#o.clock.every(intervalMs, run);
  }

  after(delayMs: number, run: () => void): Timer {
    return this.#o.clock.after(delayMs, run);
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#o.clock.sleep(ms, signal);
  }

  trusted(): boolean {
    this.#lookIfDue();
    return this.#memory.anchorMs !== null;
  }

  /** Not just moved: what is on its way was dated as it was before, and must not seem old or of the future. */
  settled(): boolean {
    return this.monotonicMs() - this.#movedMs >= settleMs;
  }

  /** The date by which age may delete, or null while nothing may be deleted by age. */
  ageNowMs(): number | null {
    const nowMs = this.wallMs();
    return this.#memory.anchorMs !== null && this.#sure ? nowMs : null;
  }

  state(): ClockState {
    this.#lookIfDue();
    const { anchorMs, provisionalMs, source, sinceMs, floor } = this.#memory;
    const { clock } = this.#o;
    const inUseMs = anchorMs ?? provisionalMs;
    const disputed = this.#disputed;
    return {
      trusted: anchorMs !== null,
      source,
      sinceMs,
      anchorMs: inUseMs,
      provisionalMs,
      correctionMs: inUseMs - (clock.wallMs() - clock.monotonicMs()),
      retention: anchorMs !== null && this.#sure,
      floorMs: floor?.wallMs ?? null,
      disputed: disputed && { source: disputed.source, byMs: disputed.anchorMs - inUseMs },
    };
  }

  /** What a block that was dated by this provisional anchor is off by; undefined while nobody knows. */
  correctionOf(provisionalMs: number): number | undefined {
    const boot = this.#memory.boots.find((one) => one.provisionalMs === provisionalMs);
    return boot && boot.anchorMs - boot.provisionalMs;
  }

  listen(listener: ClockListener): void {
    this.#listener = listener;
    for (const news of this.#unsaid.splice(0)) listener.onNews(news);
    this.#keep();
    this.#look();
  }

  /** Admitted machines that know the time: the date of our monotonic 0 as each sees it. */
  vote(votes: readonly { machine: number; anchorMs: number | null }[]): void {
    for (const { machine, anchorMs } of votes) this.#votes.cast(machine, anchorMs, this.monotonicMs());
    this.#look();
  }

  /** A person says what time it is. */
  confirm(confirmedMs: number): void {
    const wallAnchorMs = this.#o.clock.wallMs() - this.monotonicMs();
    const saidMs = confirmedMs - this.monotonicMs();
    this.#memory.personMs = near(saidMs, wallAnchorMs) ? wallAnchorMs : saidMs;
    this.#adopt({ source: 'person', anchorMs: this.#memory.personMs });
    this.#look();
    this.#keep();
  }

  #lookIfDue(): void {
    if (this.monotonicMs() - this.#lookMs >= lookEveryMs) this.#look();
  }

  #look(): void {
    const nowMs = this.monotonicMs();
    this.#lookMs = nowMs;
    this.#votes.forget(nowMs);
    const candidates = this.#candidates();
    const picked = candidates.find((one) => this.#believes(one));
    if (picked !== undefined) this.#follow(picked);
    this.#dispute(candidates.find((one) => !this.#believes(one)) ?? null);
    if (this.#memory.anchorMs !== null) this.#raiseFloor(nowMs + this.#memory.anchorMs);
    this.#tell();
  }

  /** Who says what time it is now, the finest first. */
  #candidates(): Candidate[] {
    const { clock, source, mode } = this.#o;
    const wallAnchorMs = clock.wallMs() - clock.monotonicMs();
    if (mode === 'untrusted') return [];
    if (mode === 'trusted') return [{ source: 'configured', anchorMs: wallAnchorMs }];
    const found: Candidate[] = [];
    if (source.synchronised()) found.push({ source: 'ntp', anchorMs: wallAnchorMs });
    const majorityMs = this.#votes.majority();
    if (majorityMs !== null) {
      // The wall clock is finer than a majority that agrees with it.
      const anchorMs = near(wallAnchorMs, majorityMs) ? wallAnchorMs : majorityMs;
      found.push({ source: 'machines', anchorMs });
    }
    return found;
  }

  #believes({ source, anchorMs }: Candidate): boolean {
    const inUseMs = this.#memory.anchorMs;
    if (inUseMs === null || source === 'configured' || Math.abs(anchorMs - inUseMs) <= stepMs) return true;
    const supporters = this.#supporters(anchorMs);
    return supporters >= 2 && supporters > this.#supporters(inUseMs);
  }

  /** Sources that are independent of each other; each machine is one. */
  #supporters(anchorMs: number): number {
    const { clock, source } = this.#o;
    const wallAgrees = near(clock.wallMs() - clock.monotonicMs(), anchorMs);
    const person = this.#memory.personMs !== null && near(this.#memory.personMs, anchorMs);
    return (
      this.#votes.near(anchorMs) +
      (person ? 1 : 0) +
      (wallAgrees && (source.synchronised() || person) ? 1 : 0)
    );
  }

  /** A finer source of the same time takes over; a coarser one changes nothing. */
  #follow(picked: Candidate): void {
    const { anchorMs, source } = this.#memory;
    const byMs = anchorMs === null ? Number.POSITIVE_INFINITY : Math.abs(picked.anchorMs - anchorMs);
    const isFiner = source === null || rank(picked.source) >= rank(source);
    if (byMs > stepMs || (isFiner && (byMs > driftMs || source !== picked.source))) this.#adopt(picked);
  }

  #adopt({ source, anchorMs }: Candidate): void {
    const memory = this.#memory;
    const beforeMs = memory.anchorMs;
    if (beforeMs === anchorMs && memory.source === source) return;
    memory.anchorMs = anchorMs;
    memory.source = source;
    if (beforeMs === null) {
      memory.sinceMs = this.monotonicMs() + anchorMs;
      const boot = { provisionalMs: memory.provisionalMs, anchorMs };
      memory.boots = [...memory.boots.filter((one) => one.provisionalMs !== boot.provisionalMs), boot].slice(
        -bootsKept,
      );
      this.#say({ kind: 'trusted', source, byMs: anchorMs - memory.provisionalMs });
    } else if (Math.abs(anchorMs - beforeMs) > nearMs) {
      this.#movedMs = this.monotonicMs();
      this.#say({ kind: 'changed', source, byMs: anchorMs - beforeMs });
    }
    this.#keep();
  }

  #dispute(candidate: Candidate | null): void {
    const isNew = candidate !== null && this.#disputed === null;
    this.#disputed = candidate;
    const { anchorMs } = this.#memory;
    if (isNew && anchorMs !== null)
      this.#say({
        kind: 'disputed',
        source: candidate.source,
        byMs: candidate.anchorMs - anchorMs,
      });
  }

  /** The highest time that was trusted; a step away from where it should be now needs two sources. */
  #raiseFloor(timeMs: number): void {
    const { floor, source, anchorMs } = this.#memory;
    const nowMs = this.monotonicMs();
    const expectedMs = floor === null ? timeMs : floor.wallMs + Math.max(0, nowMs - floor.monotonicMs);
    const isExpected = Math.abs(timeMs - expectedMs) <= stepMs;
    this.#sure =
      this.#disputed === null && (source === 'configured' || isExpected || this.#supporters(anchorMs!) >= 2);
    if (!this.#sure) return;
    const fellMs = (floor?.wallMs ?? timeMs) - timeMs;
    this.#memory.floor = { wallMs: timeMs, monotonicMs: nowMs };
    if (fellMs > nearMs) this.#say({ kind: 'below', source: source!, byMs: -fellMs });
    if (fellMs > nearMs || nowMs - this.#keptMs >= keepFloorMs) this.#keep();
  }

  #say(news: ClockNews): void {
    if (this.#listener === null) this.#unsaid.push(news);
    else this.#listener.onNews(news);
  }

  #keep(): void {
    if (this.#listener === null) return;
    this.#keptMs = this.monotonicMs();
    this.#listener.onMemory(structuredClone(this.#memory));
  }

  #tell(): void {
    const state = this.state();
    const { trusted, source, retention, disputed } = state;
    const told = JSON.stringify([
      trusted,
      source,
      retention,
      disputed?.source,
      Math.round(state.anchorMs / driftMs),
    ]);
    if (told === this.#told) return;
    this.#told = told;
    this.#listener?.onState(state);
  }
}

function rank(source: ClockOrigin): number {
  return ['machines', 'person', 'ntp', 'configured'].indexOf(source);
}
