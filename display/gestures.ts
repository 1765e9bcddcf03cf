/** Turns the two edges of a button into what a person means: press, double press, hold, recovery. */
import type { Clock, Timer } from '../appliance/runtime/clock.ts';

const doubleMs = 350;
const holdFromMs = 1000;
/** Up to here a release still means "do it"; beyond, the person is on the way to recovery or hesitates. */
const holdUntilMs = 4000;
const countdownFromMs = 5000;
const recoveryMs = 10_000;

export type Gesture = 'press' | 'double' | 'hold' | 'recovery';
/** What the screen shows while a finger is on the button. */
export type Holding = { is: 'no' } | { is: 'down' } | { is: 'armed' } | { is: 'countdown'; seconds: number };

export type Gestures = { down(): void; up(): void; readonly holding: Holding; stop(): void };

export function createGestures(options: {
  clock: Clock;
  onGesture(gesture: Gesture): void;
  onHolding(holding: Holding): void;
}): Gestures {
  const { clock } = options;
  let downAtMs: number | null = null;
  let holding: Holding = { is: 'no' };
  /** A press that may still become the first half of a double press. */
  let single: Timer | null = null;
  let second = false;
  let steps: Timer[] = [];

  const show = (next: Holding) => {
    holding = next;
    options.onHolding(next);
  };
  const stopSteps = () => {
    for (const step of steps) step.stop();
    steps = [];
  };
  const planSteps = () => {
    steps = [
      clock.after(holdFromMs, () => show({ is: 'armed' })),
      clock.after(holdUntilMs, () => show({ is: 'down' })),
    ];
    for (let second = countdownFromMs; second < recoveryMs; second += 1000)
      steps.push(clock.after(second, () => show({ is: 'countdown', seconds: (recoveryMs - second) / 1000 })));
    steps.push(
      clock.after(recoveryMs, () => {
        downAtMs = null;
        show({ is: 'no' });
        options.onGesture('recovery');
      }),
    );
  };

  return {
    down() {
      if (downAtMs !== null) return;
      downAtMs = clock.monotonicMs();
      second = single !== null;
      single?.stop();
      single = null;
      show({ is: 'down' });
      planSteps();
    },
    up() {
      if (downAtMs === null) return;
      const heldMs = clock.monotonicMs() - downAtMs;
      downAtMs = null;
      stopSteps();
      show({ is: 'no' });
      if (heldMs < holdFromMs) {
        if (second) options.onGesture('double');
        else
          single = clock.after(doubleMs, () => {
            single = null;
            options.onGesture('press');
          });
      } else if (heldMs <= holdUntilMs) options.onGesture('hold');
    },
    get holding() {
      return holding;
    },
    stop() {
      stopSteps();
      single?.stop();
      single = null;
    },
  };
}
