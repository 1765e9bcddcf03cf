/** The box's wall clock as seen from the browser: all times on the page are the box's, never the visitor's. */

export type BoxClock = { now(): number; learn(boxMs: number): void };

export function createBoxClock(localNow: () => number = Date.now): BoxClock {
  let offsetMs = 0;
  return {
    now: () => localNow() + offsetMs,
    learn(boxMs) {
      offsetMs = boxMs - localNow();
    },
  };
}
