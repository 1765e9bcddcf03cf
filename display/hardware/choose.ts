/** Takes the real panel, button, light and buzzer where they are, the simulated ones elsewhere. */
import { access } from 'node:fs/promises';
import type { Clock } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import type { Button, Edges } from './button.ts';
import { gpioBase } from './gpio-base.ts';
import { createGpioButton, openPin } from './gpio-button.ts';
import { createGpioOutput, openDrivenPin } from './gpio-output.ts';
import { busPath, openWire } from './i2c.ts';
import type { Output } from './output.ts';
import type { Panel } from './panel.ts';
import { createSimulatedButton, createSimulatedOutput, createSimulatedPanel } from './simulated.ts';
import { createSsd1306 } from './ssd1306.ts';

type Seams = { clock: Clock; log: Log };

export async function choosePanel(
  config: { panel: 'auto' | 'simulated' | 'ssd1306'; i2c_bus: number; i2c_address: number },
  { clock, log }: Seams,
): Promise<Panel> {
  const real = () =>
    createSsd1306({ open: () => openWire(config.i2c_bus), address: config.i2c_address, clock, log });
  if (config.panel === 'ssd1306') return real();
  if (config.panel === 'simulated' || !(await exists(busPath(config.i2c_bus)))) return createSimulatedPanel();
  try {
    await (await openWire(config.i2c_bus)).close();
    return real();
  } catch (error) {
    log.warn('the bus of the panel cannot be used: simulating it', { error: messageOf(error) });
    return createSimulatedPanel();
  }
}

/** A button that does not work must not take the panel away: it is simulated then, and the log says so. */
export async function chooseButton(
  config: { button: 'auto' | 'simulated' | 'gpio'; gpio: number },
  panel: Panel,
  edges: Edges,
  { clock, log }: Seams,
): Promise<Button> {
  const wanted = config.button === 'gpio' || (config.button === 'auto' && panel.name !== 'simulated');
  if (!wanted) return createSimulatedButton();
  try {
    const pin = await openPin((await gpioBase()) + config.gpio);
    return createGpioButton({ pin, clock, log, edges });
  } catch (error) {
    log.error('the button cannot be used', { error: messageOf(error) });
    return createSimulatedButton();
  }
}

/** Beside a real panel there is only what a pin was named for. */
export async function chooseOutput(
  gpio: number,
  panel: Panel,
  { log }: Pick<Seams, 'log'>,
): Promise<Output | null> {
  if (panel.name === 'simulated') return createSimulatedOutput();
  if (gpio < 0) return null;
  try {
    return createGpioOutput({ pin: await openDrivenPin((await gpioBase()) + gpio), log });
  } catch (error) {
    log.error('a pin cannot be driven', { gpio, error: messageOf(error) });
    return null;
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
