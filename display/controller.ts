/** The panel's mind: keeps state and place, and lets gestures act on what the person saw. */
import type { IngestClient } from '../appliance/ingest/client/client.ts';
import type { Actor } from '../appliance/ingest/client/types.ts';
import type { Clock, Timer } from '../appliance/runtime/clock.ts';
import { messageOf } from '../appliance/runtime/errors.ts';
import type { Log } from '../appliance/runtime/log.ts';
import type { ResetClient } from '../appliance/store/client/resets.ts';
import type { WatchClient } from '../appliance/watch/client/client.ts';
import type { WebClient } from '../appliance/web/client/types.ts';
import { acknowledge } from './acknowledgement.ts';
import { atThePanel, type Decision, decide, isDecision } from './admission.ts';
import { isNeeded } from './attention.ts';
import { createGestures, type Gesture } from './gestures.ts';
import { createGlass, type Pictures } from './glass.ts';
import type { Edges } from './hardware/button.ts';
import type { Panel } from './hardware/panel.ts';
import { announce, home, meaning, move, type Place, settle, start } from './navigation.ts';
import { alarms } from './problems.ts';
import { askForRecovery, putBack } from './recovery.ts';
import { type Picture, render } from './render.ts';
import type { ScreenName } from './screens/index.ts';
import { withoutSecret } from './screens/recovery.ts';
import type { Action, View } from './screens/screen.ts';
import { apply, type Event, emptyState, type State } from './state.ts';
import { type Language, speaker } from './words.ts';

const tickMs = 1000;
const noticeMs = 8000;

export type Controller = {
  readonly edges: Edges;
  apply(event: Event): void;
  /**
   * A gesture made elsewhere, by somebody who sees the picture: acts also while the glass is dark. `here`: at the box's own
   * terminal; the page may press, but delete nothing, and what it decides is decided in the name of `by`.
   */
  gesture(gesture: Gesture, o?: Hand): void;
  /** As it may be seen elsewhere; with secrets for whoever sits at the box itself. */
  picture(o?: { secrets: boolean }): Picture;
  follow(onPicture: (picture: Picture) => void): Timer;
  /** The panel is known only after the button that needs the edges. */
  start(panel: Panel): void;
  stop(): void;
};

/** Whose hand presses, and whether it is at the box. */
type Hand = { here: boolean; by: Actor };
const here: Hand = { here: true, by: atThePanel };

type Options = {
  clock: Clock;
  log: Log;
  language: Language;
  ingest: IngestClient;
  watch: Pick<WatchClient, 'acknowledge'>;
  web: Pick<WebClient, 'recover'>;
  resets: Pick<ResetClient, 'begin'>;
  dimAfterMs: number;
  sleepAfterMs: number;
  /** Called from the work loop, for the watchdog. */
  alive(): void;
};

type Drawn = { screen: ScreenName; view: View } & Pictures;

export function createController(options: Options): Controller {
  const { clock, log, language, ingest } = options;
  const say = speaker(language);
  let state: State = emptyState;
  let place: Place = start;
  let noticedMs = 0;
  let ticking: Timer | null = null;
  /** What was on the glass when the finger went down: what the person read is what is done, not what came since. */
  let pressedOn: { drawn: Drawn; dark: boolean } | null = null;

  const gestures = createGestures({
    clock,
    onHolding: () => glass.invalidate(),
    onGesture(gesture) {
      const seen = pressedOn;
      // A finger in the dark wakes the glass and does nothing else.
      if (seen?.dark && gesture !== 'recovery') return;
      act(gesture, seen?.drawn ?? glass.drawn, here);
    },
  });
  const { dimAfterMs, sleepAfterMs } = options;
  const glass = createGlass({ clock, dimAfterMs, sleepAfterMs, needed: () => isNeeded(state), draw });

  function draw(): Drawn {
    const { screen, machine, waitingId, incident, busy, notice } = place;
    const view = { state, nowMs: clock.wallMs(), language, say, machine, waitingId, incident, busy, notice };
    const picture = render(screen, view, gestures.holding);
    const open = withoutSecret(view);
    return {
      screen,
      view,
      picture,
      shared: open === view ? picture : render(screen, open, gestures.holding),
    };
  }

  function goTo(next: Place): void {
    if (next.notice && next.notice !== place.notice) noticedMs = clock.monotonicMs();
    place = next;
    glass.invalidate();
  }

  function act(gesture: Gesture, seen: Drawn, hand: Hand): void {
    glass.touch();
    const action = meaning(seen.screen, seen.view, gesture);
    if (!action || place.busy || (action.kind === 'reset' && !hand.here)) return;
    if (action.kind === 'later' && hasDigits(action.id)) deselect();
    goTo(move(place, action, state));
    if (action.kind === 'recover') void recover();
    if (action.kind === 'reset') void reset();
    if (action.kind === 'acknowledge') void takeNote(action, hand.by);
    if (isDecision(action)) void carryOut(action, hand.by);
  }

  function hasDigits(id: string): boolean {
    return state.waiting.some((entry) => entry.id === id && entry.digits !== null);
  }

  function deselect(): void {
    ingest.deselect().catch((error: unknown) => log.warn('could not deselect', { error: messageOf(error) }));
  }

  async function carryOut(decision: Decision, by: Actor): Promise<void> {
    const { notice, waiting } = await decide(ingest, decision, { say, by });
    glass.touch();
    if (waiting) {
      const others = state.waiting.map((entry) => (entry.id === waiting.id ? waiting : entry));
      state = apply(state, { kind: 'waiting', waiting: others });
    }
    const idle = { ...place, busy: false };
    goTo(notice ? announce(idle, notice) : settle(idle, state));
  }

  async function takeNote(action: Extract<Action, { kind: 'acknowledge' }>, by: Actor): Promise<void> {
    const notice = await acknowledge(options.watch, action, { say, by });
    glass.touch();
    goTo(announce({ ...place, busy: false }, notice));
  }

  async function recover(): Promise<void> {
    const problem = await askForRecovery(options.web, say);
    glass.touch();
    const idle = { ...place, busy: false };
    if (problem) goTo(announce(idle, problem));
    else goTo(state.address?.recovery ? settle(idle, state) : place);
  }

  async function reset(): Promise<void> {
    const notice = await putBack(options.resets, say);
    glass.touch();
    goTo(announce({ ...place, busy: false }, notice));
  }

  function tick(): void {
    options.alive();
    glass.tick();
    const told = place.screen === 'notice' && clock.monotonicMs() - noticedMs >= noticeMs;
    const idle = glass.idleMs >= dimAfterMs && gestures.holding.is === 'no' && !place.busy;
    const away = place.screen !== home(state) && place.screen !== 'waiting';
    if (told || (idle && away)) goTo(move(place, { kind: 'home' }, state));
  }

  return {
    edges: {
      down() {
        pressedOn = { drawn: glass.drawn, dark: glass.dark };
        glass.touch();
        gestures.down();
      },
      up: () => gestures.up(),
    },
    apply(event) {
      const before = state;
      state = apply(state, event);
      if (event.kind === 'address' && state.address?.recovery && place.screen === 'recovery')
        place = { ...place, busy: false };
      const next = settle(place, state);
      const arrived = next.screen === 'waiting' && next.waitingId !== place.waitingId;
      const isAlarm = [...alarms(state)].some((one) => !alarms(before).has(one));
      if (arrived || isAlarm) glass.touch();
      goTo(next);
    },
    gesture: (gesture, hand = { ...here, here: false }) => act(gesture, glass.drawn, hand),
    picture: (o) => (o?.secrets ? glass.drawn.picture : glass.drawn.shared),
    follow: glass.follow,
    start(panel) {
      ticking = clock.every(tickMs, tick);
      glass.start(panel);
    },
    stop() {
      ticking?.stop();
      gestures.stop();
      glass.stop();
    },
  };
}
