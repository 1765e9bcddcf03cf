/** What the box keeps of its clock through a restart, and the bounds of its judgement. */
import { integer, list, nullable, number, object, oneOf, text } from '../../protocol/check.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ClockSource, ClockTrust } from '../../runtime/clock-trust.ts';
import { clockSources } from '../client/types.ts';

/** Two clocks that differ by less say the same. */
export const nearMs = 60_000;
/** A step of a trusted clock beyond this needs two sources. */
export const stepMs = 3_600_000;
/** Boots of the box that are remembered, so that what was dated in them can be dated anew. */
export const bootsKept = 64;

/** An anchor is the date of the monotonic time 0 of one boot. */
export const checkClockMemory = object({
  boot: nullable(text({ max: 64 })),
  /** By which samples are dated while nobody knows the time; it never moves within a boot, and names it. */
  provisionalMs: number(),
  /** By which they are dated once the clock is trusted. */
  anchorMs: nullable(number()),
  source: nullable(oneOf(clockSources)),
  sinceMs: nullable(number()),
  /** What a person said in this boot. */
  personMs: nullable(number()),
  /** The highest time that was trusted, and the monotonic time at which it was. */
  floor: nullable(object({ wallMs: number(), monotonicMs: number() })),
  /** Boots in which the clock became trusted, the newest last. */
  boots: list(object({ provisionalMs: number(), anchorMs: number() }), { max: bootsKept }),
});

export type ClockMemory = ReturnType<typeof checkClockMemory>;

export const checkConfirmation = object({
  confirmedMs: integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2100, 0, 1) }),
  by: object({ who: text({ max: 256 }), role: text({ max: 256 }), from: text({ max: 256 }) }),
});

export const checkVotes = object({
  votes: list(
    object({
      machine: integer({ min: 1, max: 2 ** 32 - 1 }),
      anchorMs: nullable(number({ min: -(2 ** 52), max: 2 ** 52 })),
    }),
    { max: 4096 },
  ),
});

export type ClockBeginning = {
  clock: Clock;
  source: ClockSource;
  mode: ClockTrust;
  memory: ClockMemory | null;
};

/** Each boot of the box has a time of its own, of which the floor and the boots before are kept. */
export function clockBegun({ clock, source, mode, memory }: ClockBeginning): ClockMemory {
  const monotonicMs = clock.monotonicMs();
  if (memory !== null && memory.boot !== null && memory.boot === source.boot) {
    // What only the configuration said does not outlive it.
    const isOver = memory.source === 'configured' || mode === 'untrusted';
    return isOver ? { ...memory, anchorMs: null, source: null, sinceMs: null } : structuredClone(memory);
  }
  const floorMs = memory?.floor?.wallMs ?? 0;
  const boots = memory?.boots ?? [];
  let provisionalMs = Math.max(clock.wallMs(), floorMs) - monotonicMs;
  // It names the boot: two that begin with the same saved date are told apart.
  while (boots.some((one) => one.provisionalMs === provisionalMs) || memory?.provisionalMs === provisionalMs)
    provisionalMs += 1;
  return {
    ...{ boot: source.boot, provisionalMs, anchorMs: null, source: null, sinceMs: null, personMs: null },
    floor: memory?.floor ? { wallMs: memory.floor.wallMs, monotonicMs } : null,
    boots,
  };
}

export function near(a: number, b: number): boolean {
  return Math.abs(a - b) <= nearMs;
}
