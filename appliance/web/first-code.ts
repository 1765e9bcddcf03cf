/** The code of the first sign-in: shown on the box's own screen, kept in RAM, gone once a password is set. */
import { createHash, randomInt, timingSafeEqual } from 'node:crypto';

// Nothing that is mistaken for something else on a small screen, and no vowels that make words: 24^6 codes.
const alphabet = '346789BCDFGHJKMPQRTVWXY2';
const wrongTriesAllowed = 5;

export type FirstCode = {
  current(): string | null;
  /** Draws a code; for a box on which nobody has set a password. */
  arm(): void;
  retire(): void;
  /** Constant time; after five wrong tries the code is another one. */
  matches(given: string): boolean;
};

/** `onChange` is told whenever another code, or none, is to be shown. */
export function createFirstCode(onChange: () => void, draw: () => string = drawCode): FirstCode {
  let code: string | null = null;
  let wrongTries = 0;
  const set = (next: string | null) => {
    code = next;
    wrongTries = 0;
    onChange();
  };
  return {
    current: () => code,
    arm: () => {
      if (code === null) set(draw());
    },
    retire: () => {
      if (code !== null) set(null);
    },
    matches(given) {
      if (code === null) return false;
      if (timingSafeEqual(digest(given), digest(code))) return true;
      wrongTries++;
      if (wrongTries >= wrongTriesAllowed) set(draw());
      return false;
    },
  };
}

export function drawCode(): string {
  const letters = Array.from({ length: 6 }, () => alphabet[randomInt(alphabet.length)]);
  return `${letters.slice(0, 3).join('')}-${letters.slice(3).join('')}`;
}

/** Hyphen, spaces and case are for the eye; hashing gives both sides one length. */
function digest(code: string): Buffer {
  return createHash('sha256').update(code.toUpperCase().replace(/[\s-]/g, '')).digest();
}
