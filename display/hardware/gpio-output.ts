/** A pin that is driven: a light or a buzzer, on at a high level. Through onoff, as the button. */
import type { BinaryValue } from 'onoff';
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import type { Output } from './output.ts';

/** The part of onoff's Gpio that an output uses. */
export interface DrivenPin {
  write(value: BinaryValue): Promise<void>;
  unexport(): void;
}

/** `number` is the pin in the numbering of sysfs: base and BCM number. Low until something is said. */
export async function openDrivenPin(number: number): Promise<DrivenPin> {
  const { Gpio } = await import('onoff');
  return new Gpio(number, 'low');
}

export function createGpioOutput({ pin, log }: { pin: DrivenPin; log: Log }): Output {
  let last: Promise<void> = Promise.resolve();
  const write = (value: BinaryValue) => {
    // In the order in which it was said; a pin that cannot be written must not take the panel away.
    last = last
      .then(() => pin.write(value))
      .catch((error: unknown) => log.warn('a pin could not be set', { error: messageOf(error) }));
    return last;
  };
  return {
    name: 'gpio',
    set: (on) => void write(on ? 1 : 0),
    async stop() {
      await write(0);
      pin.unexport();
    },
  };
}
