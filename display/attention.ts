/** How awake the panel is: bright after a touch or a new trouble, then dim, then dark; and its 1 px wandering. */
import { type Frame, frameHeight, frameWidth } from './client/types.ts';
import type { Light } from './hardware/panel.ts';
import { alarms } from './problems.ts';
import type { State } from './state.ts';

export function lightFor(o: {
  idleMs: number;
  dimAfterMs: number;
  sleepAfterMs: number;
  needed: boolean;
}): Light {
  if (o.idleMs < o.dimAfterMs) return 'bright';
  return o.idleMs < o.sleepAfterMs || o.needed ? 'dim' : 'off';
}

/** While somebody waits, something is wrong that nobody knows of, or a code is to be read, the panel does not go dark. */
export function isNeeded(state: State): boolean {
  return (
    state.waiting.length > 0 ||
    state.openHouse !== null ||
    alarms(state).size > 0 ||
    state.address?.recovery != null
  );
}

/** Corners of a 1 px square, one a minute: no pixel of a still picture stays lit for ever at its edge. */
export function wander(nowMs: number): { dx: 0 | 1; dy: 0 | 1 } {
  const step = Math.floor(nowMs / 60_000) % 4;
  return { dx: step === 1 || step === 2 ? 1 : 0, dy: step >= 2 ? 1 : 0 };
}

/** The picture moved right and down; what leaves the glass is lost, what enters is dark. */
export function shifted(frame: Frame, { dx, dy }: { dx: 0 | 1; dy: 0 | 1 }): Frame {
  const pages = new Uint8Array(frame.pages.length);
  for (let page = 0; page < frameHeight / 8; page++)
    for (let x = dx; x < frameWidth; x++) {
      const from = page * frameWidth + x - dx;
      const above = page > 0 ? (frame.pages[from - frameWidth] ?? 0) : 0;
      const here = frame.pages[from] ?? 0;
      pages[page * frameWidth + x] = dy === 0 ? here : ((here << 1) & 0xff) | (above >> 7);
    }
  return { ...frame, pages };
}
