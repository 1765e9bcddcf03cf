/** Panel, button, light and buzzer of a computer without them: the picture is seen through the socket, which also presses. */

import type { Frame } from '../client/types.ts';
import type { Button } from './button.ts';
import type { Output } from './output.ts';
import type { Light, Panel } from './panel.ts';

export type SimulatedPanel = Panel & { readonly shown: Frame | null; readonly lit: Light };

export function createSimulatedPanel(): SimulatedPanel {
  let shown: Frame | null = null;
  let lit: Light = 'bright';
  return {
    name: 'simulated',
    show(frame) {
      shown = frame;
    },
    light(light) {
      lit = light;
    },
    get shown() {
      return shown;
    },
    get lit() {
      return lit;
    },
    stop: () => Promise.resolve(),
  };
}

/** Its edges arrive as `down` and `up` on the socket. */
export function createSimulatedButton(): Button {
  return { name: 'simulated', stop: () => Promise.resolve() };
}

/** Whether it is on is told with the picture. */
export function createSimulatedOutput(): Output {
  return { name: 'simulated', set: () => undefined, stop: () => Promise.resolve() };
}
