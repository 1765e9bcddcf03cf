/**
 * A real button between a pin and ground, through onoff. Every edge is taken at once, then chatter is ignored
 * for a moment and the level is read again: onoff's own debounce loses a short press and starves under chatter.
 */
import type { BinaryValue } from 'onoff';
import type { Clock, Timer } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import type { Button, Edges } from './button.ts';

const settleMs = 15;

/** The part of onoff's Gpio that a button uses. */
export interface Pin {
  watch(callback: (error: Error | null | undefined, value: BinaryValue) => void): void;
  read(): Promise<BinaryValue>;
  unexport(): void;
}

/** `number` is the pin in the numbering of sysfs: base and BCM number. The pull-up belongs to the device tree. */
export async function openPin(number: number): Promise<Pin> {
  const { Gpio } = await import('onoff');
  return new Gpio(number, 'in', 'both', { activeLow: true });
}

export function createGpioButton(options: { pin: Pin; clock: Clock; log: Log; edges: Edges }): Button {
  const { pin, clock, log, edges } = options;
  let pressed = false;
  let settling: Timer | null = null;

  const take = (value: BinaryValue) => {
    if ((value === 1) === pressed) return;
    pressed = value === 1;
    if (pressed) edges.down();
    else edges.up();
    settling = clock.after(settleMs, () => void readAgain());
  };
  const readAgain = async () => {
    settling = null;
    try {
      const value = await pin.read();
      if (!settling) take(value);
    } catch (error) {
      log.warn('the button could not be read', { error: messageOf(error) });
    }
  };

  pin.watch((error, value) => {
    if (error) log.warn('the button reports an error', { error: messageOf(error) });
    else if (!settling) take(value);
  });
  return {
    name: 'gpio',
    async stop() {
      settling?.stop();
      pin.unexport();
    },
  };
}
