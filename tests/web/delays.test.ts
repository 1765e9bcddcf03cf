import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDelays } from '../../appliance/web/delays.ts';
import { FakeClock } from '../helpers/clock.ts';

test('each source waits for its own tries, and invented sources end at so many an hour for all', async () => {
  const clock = new FakeClock();
  const delays = createDelays(clock, { perHour: 100 });
  const tries = (from: number, to: number) => {
    for (let source = from; source < to; source++) {
      delays.check(`fd00:${source}::/64`);
      delays.count(`fd00:${source}::/64`);
    }
  };
  tries(0, 1);
  assert.throws(() => delays.check('fd00:0::/64'), { code: 'TOO_MANY', retryAfterS: 1 });
  tries(1, 100);
  assert.throws(() => delays.check('10.0.0.1'), { code: 'TOO_MANY', retryAfterS: 3600 });
  await clock.advance(3_600_000);
  delays.check('10.0.0.1');
});
