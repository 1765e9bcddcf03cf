/**
 * The real panel. oled-i2c-bus knows the chip: what it would send to initialise, dim or wake it is recorded
 * and sent without blocking. Its own update() is not used: it blocks, and its errors cannot be caught.
 * Pictures are sent as the changed span of each page; after an error of the bus the panel is probed again.
 */
import Oled from 'oled-i2c-bus';
import type { Clock, Timer } from '../../appliance/runtime/clock.ts';
import { messageOf } from '../../appliance/runtime/errors.ts';
import type { Log } from '../../appliance/runtime/log.ts';
import { type Frame, frameBytes, frameHeight, frameWidth } from '../client/types.ts';
import type { Wire } from './i2c.ts';
import type { Light, Panel } from './panel.ts';

const commands = 0x00;
const data = 0x40;
const setStartLine = 0x40;
const columnRange = 0x21;
const pageRange = 0x22;
const firstRetryMs = 1000;
const longestRetryMs = 30_000;

/** A driver whose writes end up in a list, and the list of what it has sent so far. */
function recordedDriver(address: number): { driver: Oled; take(): number[] } {
  const sent: number[] = [];
  const wire = {
    i2cWriteSync(_address: number, length: number, bytes: Uint8Array) {
      sent.push(...bytes.slice(1, length));
      return length;
    },
    i2cReadSync: (_address: number, length: number) => length,
  };
  const driver = new Oled(wire, { width: frameWidth, height: frameHeight, address });
  return { driver, take: () => sent.splice(0) };
}

/** First and last changed column of a page, or null. */
function changedSpan(page: number, shown: Uint8Array, wanted: Uint8Array): [number, number] | null {
  const base = page * frameWidth;
  let first = 0;
  while (first < frameWidth && shown[base + first] === wanted[base + first]) first++;
  if (first === frameWidth) return null;
  let last = frameWidth - 1;
  while (shown[base + last] === wanted[base + last]) last--;
  return [first, last];
}

export function createSsd1306(options: {
  open(): Promise<Wire>;
  address: number;
  clock: Clock;
  log: Log;
}): Panel {
  const { address, clock, log } = options;
  let wire: Wire | null = null;
  /** What the glass is known to show; null means: initialise and send everything. */
  let shown: Uint8Array | null = null;
  let wanted: Uint8Array | null = null;
  let lit: Light | null = null;
  let wantedLight: Light = 'bright';
  let working: Promise<void> | null = null;
  let retry: Timer | null = null;
  let retryMs = firstRetryMs;
  let stopped = false;

  const command = (bus: Wire, bytes: number[]) => bus.write(address, Uint8Array.from([commands, ...bytes]));

  async function initialise(): Promise<Wire> {
    const bus = wire ?? (await options.open());
    wire = bus;
    if (shown) return bus;
    // The driver leaves the start line where it was (it sends 0x00 for it).
    await command(bus, [...recordedDriver(address).take(), setStartLine]);
    lit = 'bright';
    return bus;
  }

  async function sendLight(bus: Wire): Promise<void> {
    if (lit === wantedLight) return;
    const light = wantedLight;
    const { driver, take } = recordedDriver(address);
    take();
    if (light === 'off') driver.turnOffDisplay();
    else {
      driver.dimDisplay(light === 'dim');
      driver.turnOnDisplay();
    }
    await command(bus, take());
    lit = light;
  }

  async function sendPages(bus: Wire, frame: Uint8Array): Promise<void> {
    // After an initialisation the memory of the chip is arbitrary: a copy that differs everywhere.
    const known = shown ?? frame.map((byte) => ~byte & 0xff);
    for (let page = 0; page < frameHeight / 8; page++) {
      const span = changedSpan(page, known, frame);
      if (!span) continue;
      const [first, last] = span;
      const bytes = frame.subarray(page * frameWidth + first, page * frameWidth + last + 1);
      await command(bus, [columnRange, first, last, pageRange, page, page]);
      await bus.write(address, Uint8Array.from([data, ...bytes]));
    }
    shown = frame;
  }

  const done = () =>
    wanted === null || (shown !== null && lit === wantedLight && Buffer.compare(shown, wanted) === 0);

  async function work(): Promise<void> {
    try {
      while (!done() && !stopped) {
        const bus = await initialise();
        await sendPages(bus, wanted ?? new Uint8Array(frameBytes));
        await sendLight(bus);
      }
      if (retryMs !== firstRetryMs) log.info('the panel answers again');
      retryMs = firstRetryMs;
    } catch (error) {
      await lose(error);
    }
  }

  async function lose(error: unknown): Promise<void> {
    if (retryMs === firstRetryMs)
      log.warn('the panel does not answer: trying again', { error: messageOf(error) });
    shown = null;
    const broken = wire;
    wire = null;
    await broken
      ?.close()
      .catch((failure: unknown) => log.debug('the bus did not close', { error: messageOf(failure) }));
    if (stopped) return;
    retry = clock.after(retryMs, () => {
      retry = null;
      go();
    });
    retryMs = Math.min(longestRetryMs, retryMs * 2);
  }

  function go(): void {
    if (working || retry || stopped || done()) return;
    working = work().finally(() => {
      working = null;
      go();
    });
  }

  return {
    name: 'ssd1306',
    show(frame: Frame) {
      wanted = Uint8Array.from(frame.pages);
      go();
    },
    light(light) {
      wantedLight = light;
      go();
    },
    async stop() {
      stopped = true;
      retry?.stop();
      await working;
      const { driver, take } = recordedDriver(address);
      take();
      driver.turnOffDisplay();
      const last = wire;
      wire = null;
      await last
        ?.write(address, Uint8Array.from([commands, ...take()]))
        .catch((error: unknown) => log.debug('the panel stays lit', { error: messageOf(error) }));
      await last
        ?.close()
        .catch((error: unknown) => log.debug('the bus did not close', { error: messageOf(error) }));
    },
  };
}
