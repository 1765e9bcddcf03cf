import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { createLog } from '../../../appliance/runtime/log.ts';
import type { Frame } from '../../../display/client/types.ts';
import type { Panel } from '../../../display/hardware/panel.ts';
import { createSsd1306 } from '../../../display/hardware/ssd1306.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { FakeOled } from '../../helpers/fake-oled.ts';

let clock: FakeClock;
let oled: FakeOled;
let panel: Panel;
let lines: string[];

beforeEach(() => {
  clock = new FakeClock();
  oled = new FakeOled();
  lines = [];
  const log = createLog({ name: 'test', level: 'info', write: (line) => lines.push(line) });
  panel = createSsd1306({ open: oled.open, address: 0x3c, clock, log });
});

const frameOf = (pages: Uint8Array): Frame => ({ width: 128, height: 64, pages });
const filled = (byte: number) => frameOf(new Uint8Array(1024).fill(byte));
const settled = () => clock.advance(0).then(() => clock.advance(0));

test('initialises the chip with what oled-i2c-bus sends, and shows the picture', async () => {
  panel.show(filled(0x3c));
  await settled();
  assert.ok(oled.lit);
  assert.equal(oled.contrast, 0x8f);
  assert.deepEqual([...oled.memory], [...filled(0x3c).pages]);
});

test('shows any sequence of pictures exactly', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ minLength: 1024, maxLength: 1024 }), { minLength: 1, maxLength: 4 }),
      async (pictures) => {
        for (const pages of pictures) {
          panel.show(frameOf(pages));
          await settled();
          await settled();
          assert.deepEqual([...oled.memory], [...pages]);
        }
      },
    ),
    { numRuns: 10 },
  );
});

test('sends only what changed', async () => {
  panel.show(filled(0));
  await settled();
  oled.bytes = 0;
  oled.writes = 0;
  const next = new Uint8Array(1024);
  next.fill(0xff, 300, 310);
  panel.show(frameOf(next));
  await settled();
  assert.deepEqual([...oled.memory], [...next]);
  assert.equal(oled.writes, 2);
  assert.equal(oled.bytes, 7 + 11);
});

test('a caller that draws on in its own bytes does not change what is shown', async () => {
  const pages = new Uint8Array(1024);
  panel.show(frameOf(pages));
  pages.fill(0xff);
  await settled();
  assert.deepEqual([...oled.memory], [...new Uint8Array(1024)]);
});

test('survives a panel that is unplugged, and draws everything anew when it is back', async () => {
  panel.show(filled(1));
  await settled();
  oled.unplug();
  panel.show(filled(2));
  await clock.advance(5000);
  assert.equal(lines.filter((line) => line.includes('does not answer')).length, 1, 'one line, not one a try');
  oled.plugged = true;
  await clock.advance(60_000);
  assert.deepEqual([...oled.memory], [...filled(2).pages]);
  assert.ok(oled.lit);
  assert.ok(lines.some((line) => line.includes('answers again')));
  assert.equal(oled.opened, oled.closed + 1, 'each broken bus was closed');
});

test('starts without a panel and shows the latest picture once there is one', async () => {
  oled.unplug();
  panel.show(filled(1));
  await clock.advance(3000);
  panel.show(filled(7));
  oled.plugged = true;
  await clock.advance(60_000);
  assert.deepEqual([...oled.memory], [...filled(7).pages]);
});

test('dims, goes dark and comes back', async () => {
  panel.show(filled(1));
  panel.light('dim');
  await settled();
  assert.deepEqual([oled.lit, oled.contrast], [true, 0]);
  panel.light('off');
  await settled();
  assert.equal(oled.lit, false);
  panel.light('bright');
  await settled();
  assert.deepEqual([oled.lit, oled.contrast], [true, 0xcf]);
});

test('stops with a dark panel, a closed bus and no timer', async () => {
  panel.show(filled(1));
  await settled();
  await panel.stop();
  assert.equal(oled.lit, false);
  assert.equal(oled.opened, oled.closed);
  oled.unplug();
  const other = createSsd1306({
    open: oled.open,
    address: 0x3c,
    clock,
    log: createLog({ name: 't', level: 'error' }),
  });
  other.show(filled(1));
  await settled();
  await other.stop();
  assert.equal(clock.timers, 0);
});
