import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createLogBound } from '../../agent/log-bound.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';
import { temporaryFolder } from '../helpers/folder.ts';

test('a log of more than 5 MB is begun anew within an hour, where what is written is appended', async (t) => {
  const clock = new FakeClock();
  for (const [flags, left] of [
    ['a', /^level=info .*begun anew.*bytes=6000000\n$/],
    ['w', /^\n\n\n/],
  ] as const) {
    const file = join(temporaryFolder(t), 'agent.log');
    const fd = openSync(file, flags);
    t.after(() => closeSync(fd));
    const log = createLog({ name: 'agent', level: 'info', write: (line) => void writeSync(fd, `${line}\n`) });
    const look = createLogBound({ clock, log, fd });
    writeSync(fd, '\n'.repeat(6_000_000));
    look();
    assert.equal(statSync(file).size, 6_000_000);
    await clock.advance(3_600_000);
    look();
    assert.match(readFileSync(file, 'utf8'), left);
  }
});
