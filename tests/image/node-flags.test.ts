/** What the benches measure is how the box runs it. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nodeEnvironmentOf, nodeFlagsOf } from '../../image/node-flags.ts';

test('every unit runs its bundle with the flags and the environment that the benches use', () => {
  const folder = fileURLToPath(new URL('../../systemd/', import.meta.url));
  const units = globSync('netmonitor-*.service', { cwd: folder });
  assert.ok(units.length >= 5);
  for (const unit of units) {
    const name = /^netmonitor-(\w+)\.service$/.exec(unit)?.[1] ?? '';
    const text = readFileSync(folder + unit, 'utf8');
    const start = /^ExecStart=(.*)$/m.exec(text)?.[1];
    assert.equal(
      start,
      ['/usr/lib/netmonitor/node', ...nodeFlagsOf(name), `/usr/lib/netmonitor/${name}/main.mjs`].join(' '),
    );
    const environment = [...text.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, key, value]) => [
      key,
      value,
    ]);
    assert.deepEqual(Object.fromEntries(environment), nodeEnvironmentOf(name));
  }
});
