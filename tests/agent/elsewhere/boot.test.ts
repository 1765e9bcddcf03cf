import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { osBootElsewhere } from '../../../agent/elsewhere/boot.ts';
import { createLog } from '../../../appliance/runtime/log.ts';
import { FakeClock } from '../../helpers/clock.ts';

test('a boot keeps its number over starts of the agent and corrections of the clock, and the next has another', async (t) => {
  const stateDir = mkdtempSync(join(tmpdir(), 'nm-boot-'));
  t.after(() => rmSync(stateDir, { recursive: true, force: true }));
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = createLog({ name: 'agent', level: 'debug', write: (line) => lines.push(line) });
  let upSinceMs = clock.wallMs() - 3_600_000;
  const start = () =>
    osBootElsewhere({ stateDir, clock, log, uptime: () => Math.floor((clock.wallMs() - upSinceMs) / 1_000) });
  const first = await start();
  assert.match(first, /^[0-9a-f]{32}$/);
  await clock.advance(86_400_700);
  assert.equal(await start(), first);
  clock.jumpWall(3_000);
  upSinceMs += 2_000;
  assert.equal(await start(), first);
  await clock.advance(300_000);
  upSinceMs = clock.wallMs() - 20_000;
  const second = await start();
  assert.notEqual(second, first);
  assert.equal(await start(), second);
  assert.deepEqual(lines, []);
  // What cannot be read is told, and replaced.
  writeFileSync(join(stateDir, 'boot.json'), 'nonsense', { mode: 0o600 });
  const third = await start();
  assert.notEqual(third, second);
  assert.equal(await start(), third);
  assert.equal(lines.length, 1);
});
