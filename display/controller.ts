/** The panel's mind: keeps state and place, lets gestures act on what the person saw, redraws at most 5 times a second. */
import type { IngestClient } from '../appliance/ingest/client/client.ts';
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import { type Decision, decide } from './admission.ts';
import { isNeeded, lightFor, shifted, vanished, wander } from './attention.ts';
import { createGestures, type Gesture } from './gestures.ts';
import type { Edges } from './hardware/button.ts';
import type { Light, Panel } from './hardware/panel.ts';
import { announce, home, meaning, move, type Place, settle, start } from './navigation.ts';
import { type Picture, render } from './render.ts';
import type { ScreenName } from './screens/index.ts';
import type { View } from './screens/screen.ts';
import { apply, type Event, emptyState, type State } from './state.ts';
import { type Language, speaker } from './words.ts';

const redrawMs = 200;
const tickMs = 1000;
const noticeMs = 8000;

export type Controller = {
  readonly edges: Edges;
  apply(event: Event): void;
  /** A gesture made elsewhere, by somebody who sees the picture: acts also while the glass is dark. */
  gesture(gesture: Exclude<Gesture, 'recovery'>): void;
  picture(): Picture;
  follow(onPicture: (picture: Picture) => void): Timer;
  /** The panel is known only after the button that needs the edges. */
  start(panel: Panel): void;
  stop(): void;
};

type Options = {
  clock: Clock;
  log: Log;
  language: Language;
  ingest: IngestClient;
  dimAfterMs: number;
  sleepAfterMs: number;
  alive(): void;
};

type Drawn = { screen: ScreenName; view: View; picture: Picture };

export function createController(options: Options): Controller {
  const { clock, log, language, ingest } = options;
  const say = speaker(language);
  const followers = new Set<(picture: Picture) => void>();
  const timers: Timer[] = [];
  let state: State = emptyState;
  let place: Place = start;
  let panel: Panel | null = null;
  let light: Light = 'bright';
  let touchedMs = clock.monotonicMs();
  let noticedMs = 0;
  let minute = 0;
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let redraw: Timer | null = null;
  /** What was on the glass when the finger went down: what the person read is what is done, not what came since. */
  let pressedOn: { drawn: Drawn; dark: boolean } | null = null;

  const gestures = createGestures({
    clock,
    onHolding: () => invalidate(),
    onGesture(gesture) {
      const seen = pressedOn;
      if (seen?.dark && gesture !== 'recovery') return;
      act(gesture, seen?.drawn ?? drawn);
    },
  });
  let drawn = draw();

  function viewNow(): View {
    const { machine, waitingId, busy, notice } = place;
    return { state, nowMs: clock.wallMs(), language, say, machine, waitingId, busy, notice };
  }

  function draw(): Drawn {
    const view = viewNow();
    return { screen: place.screen, view, picture: render(place.screen, view, gestures.holding) };
  }

  function invalidate(): void {
    if (redraw) return;
    const waitMs = Math.max(0, drawnAtMs + redrawMs - clock.monotonicMs());
    redraw = clock.after(waitMs, () => {
      redraw = null;
      refresh();
    });
  }

  function refresh(): void {
    drawnAtMs = clock.monotonicMs();
    const before = drawn.picture;
    drawn = draw();
    const { picture } = drawn;
    panel?.show(shifted(picture.frame, wander(clock.wallMs())));
    if (picture.screen === before.screen && Buffer.compare(picture.frame.pages, before.frame.pages) === 0)
      return;
    for (const follower of followers) follower(picture);
  }

  function touch(): void {
    touchedMs = clock.monotonicMs();
    setLight();
  }

  function setLight(): void {
    const next = lightFor({
      idleMs: clock.monotonicMs() - touchedMs,
      dimAfterMs: options.dimAfterMs,
      sleepAfterMs: options.sleepAfterMs,
      needed: isNeeded(state),
    });
    if (next === light) return;
    light = next;
    panel?.light(next);
  }

  function goTo(next: Place): void {
    if (next.notice && next.notice !== place.notice) noticedMs = clock.monotonicMs();
    place = next;
    invalidate();
  }

  function act(gesture: Gesture, seen: Drawn): void {
    touch();
    const action = meaning(seen.screen, seen.view, gesture);
    if (!action || place.busy) return;
    if (action.kind === 'later' && shownDigits(action.id)) deselect();
    goTo(move(place, action, state));
    if (action.kind === 'select' || action.kind === 'admit' || action.kind === 'refuse')
      void carryOut(action);
  }

  function shownDigits(id: string): boolean {
    return state.waiting.some((entry) => entry.id === id && entry.digits !== null);
  }

  function deselect(): void {
    ingest.deselect().catch((error: unknown) => log.warn('could not deselect', { error: messageOf(error) }));
  }

  async function carryOut(decision: Decision): Promise<void> {
    const { notice, waiting } = await decide(ingest, decision, say);
    touch();
    if (waiting) {
      const others = state.waiting.map((entry) => (entry.id === waiting.id ? waiting : entry));
      state = apply(state, { kind: 'waiting', waiting: others });
    }
    const idle = { ...place, busy: false };
    goTo(notice ? announce(idle, notice) : settle(idle, state));
  }

  function tick(): void {
    options.alive();
    setLight();
    const nowMs = clock.monotonicMs();
    const idle = nowMs - touchedMs >= options.dimAfterMs && gestures.holding.is === 'no';
    if (place.screen === 'notice' && nowMs - noticedMs >= noticeMs)
      goTo(move(place, { kind: 'home' }, state));
    else if (idle && !place.busy && place.screen !== home(state) && place.screen !== 'waiting')
      goTo(move(place, { kind: 'home' }, state));
    const now = Math.floor(clock.wallMs() / 60_000);
    if (now !== minute) invalidate();
    minute = now;
  }

  return {
    edges: {
      down() {
        pressedOn = { drawn, dark: light === 'off' };
        touch();
        gestures.down();
      },
      up: () => gestures.up(),
    },
    apply(event) {
      const before = state;
      state = apply(state, event);
      const next = settle(place, state);
      const arrived = next.screen === 'waiting' && next.waitingId !== place.waitingId;
      if (arrived || vanished(state) > vanished(before)) touch();
      goTo(next);
    },
    gesture: (gesture) => act(gesture, drawn),
    picture: () => drawn.picture,
    follow(onPicture) {
      followers.add(onPicture);
      return { stop: () => void followers.delete(onPicture) };
    },
    start(given) {
      panel = given;
      panel.light(light);
      minute = Math.floor(clock.wallMs() / 60_000);
      timers.push(clock.every(tickMs, tick));
      refresh();
    },
    stop() {
      for (const timer of timers.splice(0)) timer.stop();
      redraw?.stop();
      gestures.stop();
      panel = null;
    },
  };
}
