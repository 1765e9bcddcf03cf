import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { mock, test } from 'node:test';
import { systemClock } from '../../appliance/runtime/clock.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { Canvas } from '../../display/canvas.ts';
import { createSsd1306 } from '../../display/hardware/ssd1306.ts';
import { eventually } from '../helpers/eventually.ts';
import { FakeOled } from '../helpers/fake-oled.ts';

type Driver = { writeString(): void; _initialise(): void; dimDisplay(): void; update(): void };
const Oled = createRequire(import.meta.url)('oled-i2c-bus') as { prototype: Driver };

test('oled-i2c-bus draws the text', () => {
  const spy = mock.method(Oled.prototype, 'writeString');
  new Canvas().text(0, 0, 'Bonjour');
  assert.equal(spy.mock.callCount(), 1);
  spy.mock.restore();
});

test('oled-i2c-bus initialises and dims the chip, and never sends a picture itself', async () => {
  const [initialise, dim, update] = (['_initialise', 'dimDisplay', 'update'] as const).map((name) =>
    mock.method(Oled.prototype, name),
  );
  const oled = new FakeOled();
  const log = createLog({ name: 'test', level: 'error' });
  const panel = createSsd1306({ open: oled.open, address: 0x3c, clock: systemClock, log });
  panel.show({ width: 128, height: 64, pages: new Uint8Array(1024).fill(1) });
  panel.light('dim');
  await eventually('dimmed', () => oled.lit && oled.contrast === 0, { everyMs: 5 });
  await panel.stop();
  assert.ok(initialise!.mock.callCount() >= 1);
  assert.ok(dim!.mock.callCount() >= 1);
  assert.equal(update!.mock.callCount(), 0);
  mock.restoreAll();
});
