/** What is on the glass: redrawn at most five times a second, dimmed and darkened when nobody looks, wandering by a pixel. */
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import { lightFor, shifted, wander } from './attention.ts';
import type { Light, Panel } from './hardware/panel.ts';
import type { Picture } from './render.ts';

const redrawMs = 200;

/** `shared` is what may be seen elsewhere: the same picture, but for a secret of whoever stands here. */
export type Pictures = { picture: Picture; shared: Picture };

/** `Drawn` carries, beside its picture, whatever the drawer needs to know later about what was seen. */
export type Glass<Drawn extends Pictures> = {
  readonly drawn: Drawn;
  readonly dark: boolean;
  readonly idleMs: number;
  /** Something may look different now. */
  invalidate(): void;
  /** Somebody is here, or something happened that somebody should see. */
  touch(): void;
  /** Once a second: the light, and the picture when the minute has changed. */
  tick(): void;
  follow(onPicture: (picture: Picture) => void): Timer;
  start(panel: Panel): void;
  stop(): void;
};

export function createGlass<Drawn extends Pictures>(o: {
  clock: Clock;
  dimAfterMs: number;
  sleepAfterMs: number;
  /** Whether it must not go dark. */
  needed(): boolean;
  draw(): Drawn;
}): Glass<Drawn> {
  const { clock } = o;
  const followers = new Set<(picture: Picture) => void>();
  let panel: Panel | null = null;
  let light: Light = 'bright';
  let touchedMs = clock.monotonicMs();
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let redraw: Timer | null = null;
  let minute = minuteOf(clock);
  let drawn = o.draw();

  const idleMs = () => clock.monotonicMs() - touchedMs;

  function setLight(): void {
    const { dimAfterMs, sleepAfterMs } = o;
    const next = lightFor({ idleMs: idleMs(), dimAfterMs, sleepAfterMs, needed: o.needed() });
    if (next === light) return;
    light = next;
    panel?.light(next);
  }

  function refresh(): void {
    drawnAtMs = clock.monotonicMs();
    const before = drawn.shared;
    drawn = o.draw();
    const { picture, shared } = drawn;
    panel?.show(shifted(picture.frame, wander(clock.wallMs())));
    const same = Buffer.compare(shared.frame.pages, before.frame.pages) === 0;
    if (same && shared.screen === before.screen) return;
    for (const follower of followers) follower(shared);
  }

  function invalidate(): void {
    if (redraw) return;
    redraw = clock.after(Math.max(0, drawnAtMs + redrawMs - clock.monotonicMs()), () => {
      redraw = null;
      refresh();
    });
  }

  return {
    get drawn() {
      return drawn;
    },
    get dark() {
      return light === 'off';
    },
    get idleMs() {
      return idleMs();
    },
    invalidate,
    touch() {
      touchedMs = clock.monotonicMs();
      setLight();
    },
    tick() {
      setLight();
      const now = minuteOf(clock);
      if (now !== minute) invalidate();
      minute = now;
    },
    follow(onPicture) {
      followers.add(onPicture);
      return { stop: () => void followers.delete(onPicture) };
    },
    start(given) {
      panel = given;
      panel.light(light);
      refresh();
    },
    stop() {
      redraw?.stop();
      panel = null;
    },
  };
}

function minuteOf(clock: Clock): number {
  return Math.floor(clock.wallMs() / 60_000);
}
