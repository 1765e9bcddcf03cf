import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Probing } from '../../agent/probing.ts';
import type { Assignment } from '../../appliance/protocol/probes/exchange.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { FakeClock } from '../helpers/clock.ts';
import { eventually } from '../helpers/eventually.ts';

const probe: Assignment = {
  ...{ id: 'abcdefg2', kind: 'tcp', intervalMs: 5_000 },
  options: { host: '127.0.0.1', port: 1 },
};

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'netmonitor-probing-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function started(t: TestContext, stateDir: string) {
  const clock = new FakeClock();
  const lines: string[] = [];
  const log = createLog({ name: 'test', level: 'debug', write: (line) => lines.push(line) });
  const probing = new Probing({ stateDir, clock, runMs: () => clock.monotonicMs(), log });
  await probing.start();
  t.after(() => probing.stop());
  return { clock, probing, lines };
}

test('probes are kept for the next start, and end when the box says so', async (t) => {
  const folder = await folderOf(t);
  const file = join(folder, 'probes.json');
  const before = await started(t, folder);
  before.probing.assigned([probe]);
  await before.probing.stop();
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const { clock, probing } = await started(t, folder);
  await clock.advance(5_000);
  // Loopback is nowhere that a probe may go: it was looked at.
  await eventually('a result', () => probing.results().length === 1);
  assert.equal(probing.results()[0]!.reason!.code, 'NOT_ALLOWED');
  probing.assigned([]);
  await probing.stop();
  assert.deepEqual(JSON.parse(await readFile(file, 'utf8')), { probes: [] });
  assert.equal(clock.timers, 0);
});

test('a list that is damaged or not there does not keep the agent from starting', async (t) => {
  const folder = await folderOf(t);
  const fresh = await started(t, folder);
  assert.deepEqual([fresh.probing.results(), fresh.lines], [[], []]);
  await writeFile(join(folder, 'probes.json'), '{"probes":[{"id":"x"}]}', { mode: 0o600 });
  const damaged = await started(t, folder);
  assert.match(damaged.lines.join(), /the probes of this machine cannot be read/);
});
