/** The short form of `npm run faults -- clock`: one life with everything in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveWithClocks } from './clock-life.ts';

test('a box that boots in 1970 and whose clock jumps keeps every sample once, and dates it when it knows the time', async (t) => {
  const found = await liveWithClocks(
    {
      bootOffMs: -Date.now(),
      before: [
        { kind: 'box', offMs: 86_400_000 },
        { kind: 'run', machine: 1 },
        { kind: 'kill', daemon: 'store' },
      ],
      trust: 'machines',
      after: [
        { kind: 'box', offMs: Date.UTC(2099, 0, 1) - Date.now() },
        { kind: 'agent', machine: 0, offMs: -Date.now() },
        { kind: 'kill', daemon: 'ingest' },
      ],
    },
    (text) => t.diagnostic(text),
  );
  const { injected, ...rest } = found;
  assert.equal(injected, 4);
  assert.deepEqual(rest, { lost: 0, wrong: 0, doubled: 0, unopenable: 0, manual: 0 });
});
