/**
 * A code that stands on the box's own screen and nowhere else: for the first sign-in, and for recovery. Whoever guesses
 * gets five tries; whoever floods must not be able to keep the person at the screen from typing it.
 */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../runtime/clock.ts';

// Nothing that is mistaken for something else on a small screen, and no vowels that make words: 24^6 codes.
const alphabet = '346789BCDFGHJKMPQRTVWXY2';
const wrongTriesAllowed = 5;
/** How often in an hour strangers can use a code up. After that only tries that know its first half count against it. */
const spentByStrangersAnHour = 3;
const hourMs = 3_600_000;

export type OneTimeCode = {
  current(): string | null;
  /** Draws a code, if there is none. */
  arm(): void;
  retire(): void;
  /**
   * Constant time. Five wrong tries use the code up; five of one source also shut that source out from a code that
   * stays. `source` is what the throttle calls a group.
   */
  matches(given: string, source: string): boolean;
};

export type OneTimeCodeParts = {
  clock: Clock;
  /** Told whenever another code, or none, is to be shown. */
  onChange(): void;
  /** What follows when it is used up: another one, or none. */
  whenSpent: 'draw' | 'end';
  draw?(): string;
};

export function createOneTimeCode({
  clock,
  onChange,
  whenSpent,
  draw = drawCode,
}: OneTimeCodeParts): OneTimeCode {
  let code: string | null = null;
  let wrong = 0;
  let closeToIt = 0;
  let wrongOf = new Map<string, number>();
  let spentMs: number[] = [];

  function set(next: string | null): void {
    code = next;
    wrong = 0;
    closeToIt = 0;
    wrongOf = new Map();
    onChange();
  }
  const spend = () => set(whenSpent === 'draw' ? draw() : null);

  function countWrong(given: string, real: string, source: string): void {
    wrong++;
    wrongOf.set(source, (wrongOf.get(source) ?? 0) + 1);
    if (same(half(given), half(real))) closeToIt++;
    const fromTheScreen = closeToIt >= wrongTriesAllowed;
    if (fromTheScreen || (wrong >= wrongTriesAllowed && strangersMaySpend())) spend();
  }

  function strangersMaySpend(): boolean {
    const nowMs = clock.monotonicMs();
    spentMs = spentMs.filter((atMs) => nowMs - atMs < hourMs);
    if (spentMs.length >= spentByStrangersAnHour) return false;
    spentMs.push(nowMs);
    return true;
  }

  return {
    current: () => code,
    arm: () => {
      if (code === null) set(draw());
    },
    retire: () => {
      if (code !== null) set(null);
    },
    matches(given, source) {
      if (code === null) return false;
      const open = (wrongOf.get(source) ?? 0) < wrongTriesAllowed;
      if (same(given, code) && open) return true;
      countWrong(given, code, source);
      return false;
    },
  };
}

export function codeLetters(count: number): string {
  return Array.from({ length: count }, () => alphabet[randomInt(alphabet.length)]).join('');
}

export function drawCode(): string {
  const letters = codeLetters(6);
  return `${letters.slice(0, 3)}-${letters.slice(3)}`;
}

/** Hyphen, spaces and case are for the eye. */
export const plainCode = (code: string): string => code.toUpperCase().replace(/[\s-]/g, '');
const half = (code: string): string => plainCode(code).slice(0, 3);

/** Hashing gives both sides one length. */
function same(a: string, b: string): boolean {
  const digest = (code: string) => createHash('sha256').update(plainCode(code)).digest();
  return timingSafeEqual(digest(a), digest(b));
}
