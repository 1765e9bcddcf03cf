import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Busiest, busiestOf, readStat } from '../../../agent/collectors/busiest.ts';
import { checkProcesses } from '../../../appliance/protocol/processes.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { temporaryFolder } from '../../helpers/folder.ts';

/** A line as proc_pid_stat(5) describes it. */
const stat = (pid: number, name: string, ticks: number, o: { begun?: number; pages?: number } = {}) =>
  `${pid} (${name}) S 1 1 1 0 -1 4194304 100 0 0 0 ${ticks} 0 0 0 20 0 1 0 ${o.begun ?? 500} 9000000 ${o.pages ?? 100} 184467 1 1 0\n`;

function aMachine(t: TestContext) {
  const folder = temporaryFolder(t);
  const clock = new FakeClock();
  const put = (pid: number, line: string, ...words: string[]) => {
    mkdirSync(join(folder, String(pid)), { recursive: true });
    writeFileSync(join(folder, String(pid), 'stat'), line);
    writeFileSync(join(folder, String(pid), 'cmdline'), words.map((word) => `${word}\0`).join(''));
  };
  const busiest = (told: 'names' | 'arguments' = 'names') => new Busiest({ procRoot: folder, clock, told });
  /** Asks while time goes on; `meanwhile` happens between the two looks. */
  const ask = async (one: Busiest, meanwhile: () => void = () => undefined) => {
    const answer = one.ask();
    await clock.advance(0);
    meanwhile();
    await clock.advance(1_000);
    return answer;
  };
  return { folder, clock, put, busiest, ask };
}

test('a line is read whatever the name is, and half a line is none', () => {
  const read = (text: string) => readStat(Buffer.from(text), Buffer.byteLength(text));
  assert.deepEqual(read(stat(41, 'a) (b', 7)), { pid: 41, name: 'a) (b', begun: 500, ticks: 7, pages: 100 });
  for (const line of [
    '',
    '41 (sh',
    '41 sh S 1',
    '41 (sh) S 1 2 3',
    'x (sh) S',
    stat(41, 'sh', 7).slice(0, 60),
  ])
    assert.equal(read(line), undefined, line);
});

test('the first question looks twice, a second apart; the next one compares with the look before', async (t) => {
  const { clock, put, busiest, ask } = aMachine(t);
  put(10, stat(10, 'postgres', 100));
  put(11, stat(11, 'sleep', 5));
  const one = busiest();
  const first = await ask(one, () => put(10, stat(10, 'postgres', 150)));
  assert.equal(first.overMs, 1_000);
  assert.deepEqual(
    first.processes.map(({ name, cpu }) => [name, cpu]),
    [
      ['postgres', 0.5],
      ['sleep', 0],
    ],
  );
  assert.equal(await one.ask(), first, 'whoever asks at once gets the same');
  await clock.advance(10_000);
  put(10, stat(10, 'postgres', 350));
  const next = await one.ask();
  assert.deepEqual([next.overMs, next.processes[0]?.cpu], [10_000, 0.2]);
  assert.doesNotThrow(() => checkProcesses({ id: 1, ...next }));
});

test('a number that is another process by now was not busy before, and one that ended is gone', async (t) => {
  const { folder, put, busiest, ask } = aMachine(t);
  put(10, stat(10, 'old', 9_000, { begun: 1 }));
  put(12, stat(12, 'ends', 9_000));
  const { processes } = await ask(busiest(), () => {
    put(10, stat(10, 'new', 9_500, { begun: 777 }));
    rmSync(join(folder, '12'), { recursive: true });
  });
  assert.deepEqual(
    processes.map(({ name, cpu }) => [name, cpu]),
    [['new', undefined]],
  );
});

test('names alone are told: of a longer one the rest, of a title that a program gave itself nothing', async (t) => {
  const { put, busiest, ask } = aMachine(t);
  put(1, stat(1, 'unattended-upgr', 1), '/usr/bin/unattended-upgrade-shutdown', '--wait');
  put(2, stat(2, 'postgres', 2), 'postgres: payroll alice 192.0.2.7 SELECT');
  put(3, stat(3, 'node-MainThread', 3), '/opt/node', 'server.js', '--password=secret');
  put(4, stat(4, '\u202eevil\u0007', 4));
  const told = (await ask(busiest())).processes;
  assert.deepEqual(told.map(({ name }) => name).sort(), [
    'evil',
    'node',
    'postgres',
    'unattended-upgrade-shutdown',
  ]);
  assert.ok(!JSON.stringify(told).includes('secret') && !JSON.stringify(told).includes('alice'));
  const full = (await ask(busiest('arguments'))).processes;
  assert.equal(full.find(({ pid }) => pid === 3)?.arguments, '/opt/node server.js --password=secret');
  assert.equal('arguments' in full.find(({ pid }) => pid === 4)!, false);
});

test('ten by processor and ten by memory are told, none twice', () => {
  const seen = (busy: boolean) =>
    new Map(
      Array.from({ length: 50 }, (_, at) => {
        const pid = at + 1;
        return [pid, { pid, name: `p${pid}`, begun: 1, ticks: busy && pid <= 15 ? pid : 0, pages: pid }];
      }),
    );
  const units = { pageBytes: 16_384, ticksPerSecond: 100 };
  const told = busiestOf(seen(true), seen(false), 1_000, units);
  assert.deepEqual(
    told.map(({ pid }) => pid),
    [15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41],
  );
  assert.equal(told.at(-1)?.memoryBytes, 41 * 16_384);
});

test('a machine without /proc has no busy programs', async (t) => {
  const { folder, clock } = aMachine(t);
  const none = new Busiest({ procRoot: join(folder, 'none'), clock, told: 'names' });
  const answer = none.ask();
  await clock.advance(1_000);
  assert.deepEqual((await answer).processes, []);
});
