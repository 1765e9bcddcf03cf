/**
 * Counts what the vantage points of one probe measure, look by look. Rules see a round: one look of everybody who can look,
 * so that a failure counts once, however many machines check.
 */

import type { Cell } from './matrix.ts';
import {
  type KeptOfProbe,
  keptOfProbes,
  probeCertificate,
  probeLatency,
  probeState,
} from './probe-series.ts';

/** What one vantage point knows of a probe, and since when. */
export type Look = {
  machine: number;
  verdict: Cell['verdict'];
  reason: string | null;
  /** Since when the verdict is this one; when it was checked last. */
  sinceMs: number;
  askedMs: number;
  /** It was reached from there at least once. */
  wasUp: boolean;
};

export type Tallied = { series: string; value: number };

type Kept = { value: number; atMs: number; tMs: number };

/** A box may have a thousand probes: nothing here is a table of its own for each of them. */
type Vantage = {
  readonly machine: number;
  isAway: boolean;
  /** Since when it is there. */
  hereSinceMs: number;
  isUnknown: boolean;
  reason: Cell['reason'];
  /** When that was said: an older value, which comes later, changes none of it. */
  saidMs: number;
  sinceMs: number;
  wasUp: boolean;
  /** The last value of each, when it was measured, and the date by which it is known again. */
  readonly last: Record<KeptOfProbe, Kept | undefined>;
  /** What it has measured in the round that goes on; NaN: nothing yet. */
  readonly round: { up: number; duration: number };
};

const missedLooks = 2.5;
const slackMs = 30_000;

/** A look may be late; who has missed two is not known any more. */
export function staleAfterMs(intervalMs: number): number {
  return missedLooks * intervalMs + slackMs;
}

export class Tally {
  readonly #id: string;
  readonly #staleMs: number;
  readonly #vantages: readonly Vantage[];

  constructor(probe: { id: string; intervalMs: number }, vantages: readonly number[]) {
    this.#id = probe.id;
    this.#staleMs = staleAfterMs(probe.intervalMs);
    const never = Number.NEGATIVE_INFINITY;
    const here = { isAway: false, hereSinceMs: never };
    const nothing = { ...here, isUnknown: false, reason: null, saidMs: never, sinceMs: never };
    this.#vantages = vantages.map((machine) => ({
      ...{
        machine,
        ...nothing,
        wasUp: false,
        last: { up: undefined, duration: undefined, expiry: undefined },
      },
      round: { up: Number.NaN, duration: Number.NaN },
    }));
  }

  /** What the rules are to be shown now. */
  value(machine: number, kept: KeptOfProbe, value: number, atMs: number, tMs = atMs): Tallied | null {
    const vantage = this.#of(machine);
    if (vantage === undefined || vantage.isAway) return null;
    const before = vantage.last[kept];
    // The last value stands until there is another: what is told again is the same look, wherever its date now lies.
    if (before?.tMs === tMs) return null;
    vantage.last[kept] = { value, atMs, tMs };
    if (kept === 'expiry') return { series: probeCertificate + this.#id, value: this.#soonest(atMs) };
    if (kept === 'up') {
      const isUp = value >= 0.5;
      if (before === undefined || vantage.isUnknown || before.value >= 0.5 !== isUp) vantage.sinceMs = atMs;
      if (atMs >= vantage.saidMs) {
        vantage.isUnknown = false;
        if (isUp) vantage.reason = null;
      }
      vantage.wasUp ||= isUp;
    }
    const round = this.#ended(kept, vantage, value, atMs);
    if (round === null) return null;
    if (kept === 'up') return { series: probeState + this.#id, value: shareOf(round) };
    return { series: probeLatency + this.#id, value: middleOf(round) };
  }

  /** The words of a failure travel apart from its value. */
  result(machine: number, verdict: Cell['verdict'], reason: Cell['reason'], atMs: number): void {
    const vantage = this.#of(machine);
    if (vantage === undefined) return;
    if (verdict === 'unknown' && !vantage.isUnknown) vantage.sinceMs = atMs;
    vantage.saidMs = atMs;
    vantage.reason = reason ?? null;
    vantage.isUnknown = verdict === 'unknown';
  }

  /** Who was away begins anew, also if nobody saw it go. `sinceMs`: since when it is as it is. */
  away(machine: number, isAway: boolean, sinceMs: number): void {
    const vantage = this.#of(machine);
    if (vantage === undefined) return;
    const isSame = vantage.isAway === isAway && (isAway || vantage.hereSinceMs === sinceMs);
    vantage.hereSinceMs = sinceMs;
    if (isSame) return;
    vantage.isAway = isAway;
    Object.assign(vantage.last, { up: undefined, duration: undefined, expiry: undefined });
    vantage.reason = null;
    vantage.isUnknown = false;
    vantage.saidMs = Number.NEGATIVE_INFINITY;
    Object.assign(vantage.round, { up: Number.NaN, duration: Number.NaN });
  }

  /** Words, which nobody keeps, as the one before heard them: of the last look, or of what came after it. */
  inherit(before: Tally): void {
    for (const vantage of this.#vantages) {
      const said = before.#of(vantage.machine);
      if (said === undefined) continue;
      vantage.wasUp ||= said.wasUp;
      if (vantage.isAway || said.saidMs === Number.NEGATIVE_INFINITY) continue;
      vantage.saidMs = said.saidMs;
      const { up } = vantage.last;
      const isOfBefore = up !== undefined && up.atMs >= said.saidMs;
      if (!isOfBefore || up.value < 0.5) vantage.reason = said.reason;
      if (isOfBefore || !said.isUnknown) continue;
      vantage.isUnknown = true;
      vantage.sinceMs = said.sinceMs;
    }
  }

  /** Whether anybody knows how it is. */
  isKnown(atMs: number): boolean {
    return this.#vantages.some((vantage) => this.#knows(vantage, 'up', atMs));
  }

  cells(atMs: number, whoIs: (machine: number) => Pick<Cell, 'name' | 'isBox'>): Cell[] {
    return this.#vantages.map((vantage): Cell => {
      const { machine, isAway, reason } = vantage;
      const isUp = (vantage.last.up?.value ?? 0) >= 0.5;
      const verdict = this.#knows(vantage, 'up', atMs) ? (isUp ? 'up' : 'down') : 'unknown';
      return { ...whoIs(machine), machine, verdict, reason: reason ?? null, isAway };
    });
  }

  looks(atMs: number): Look[] {
    return this.#vantages.map((vantage): Look => {
      const { machine, isAway, isUnknown, reason, sinceMs, wasUp } = vantage;
      const { up } = vantage.last;
      const verdict = this.#knows(vantage, 'up', atMs)
        ? (up?.value ?? 0) >= 0.5
          ? 'up'
          : 'down'
        : 'unknown';
      const code = isAway ? null : (reason?.code ?? null);
      const askedMs = isUnknown ? sinceMs : (up?.atMs ?? Number.NEGATIVE_INFINITY);
      return { machine, verdict, reason: code, sinceMs, askedMs, wasUp };
    });
  }

  #knows({ isAway, isUnknown, last }: Vantage, kept: KeptOfProbe, atMs: number): boolean {
    const found = last[kept];
    return !isAway && !isUnknown && found !== undefined && atMs - found.atMs <= this.#staleMs;
  }

  #of(machine: number): Vantage | undefined {
    return this.#vantages.find((vantage) => vantage.machine === machine);
  }

  /** A round ends when everybody who knows has looked; who looks again before does not wait for the others. */
  #ended(kept: 'up' | 'duration', vantage: Vantage, value: number, atMs: number): number[] | null {
    const before = Number.isNaN(vantage.round[kept]) ? null : this.#takeRound(kept);
    vantage.round[kept] = value;
    const isWhole = this.#vantages.every(
      (other) => !Number.isNaN(other.round[kept]) || !this.#knows(other, kept, atMs),
    );
    return isWhole ? this.#takeRound(kept) : before;
  }

  /** What everybody has measured in it; the next one begins. */
  #takeRound(kept: 'up' | 'duration'): number[] {
    const values: number[] = [];
    for (const { round } of this.#vantages) {
      if (!Number.isNaN(round[kept])) values.push(round[kept]);
      round[kept] = Number.NaN;
    }
    return values;
  }

  #soonest(atMs: number): number {
    const known = this.#vantages.flatMap(({ last }) => {
      const found = last.expiry;
      return found === undefined || atMs - found.atMs > this.#staleMs ? [] : [found.value];
    });
    return Math.min(...known);
  }
}

function shareOf(round: readonly number[]): number {
  return round.filter((value) => value >= 0.5).length / round.length;
}

/** At least half of them take so long. */
function middleOf(round: readonly number[]): number {
  const sorted = [...round].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

/** `probe.up:abcdefgh` is what of which probe; null for other series. */
export function keptOf(series: string): { kept: KeptOfProbe; id: string } | null {
  for (const kept of ['up', 'duration', 'expiry'] as const) {
    const prefix = keptOfProbes[kept];
    if (series.startsWith(prefix)) return { kept, id: series.slice(prefix.length) };
  }
  return null;
}
