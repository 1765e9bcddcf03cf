/**
 * Records a store folder as this version writes it: `node tests/store/record-fixture.ts FOLDER`. To be run once for each
 * version of the format; what it has written is never changed again, and every later version must read it.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import { createLog } from '../../appliance/runtime/log.ts';
import { encodeBatch } from '../../appliance/store/client/append.ts';
import { storeConfig } from '../../appliance/store/config.ts';
import { createStore, type OpenStore } from '../../appliance/store/store.ts';
import { FakeClock } from '../helpers/clock.ts';

const hourMs = 3_600_000;
const anna = { who: 'Anna', role: 'admin', from: '192.0.2.7' };
const series = [
  metricSeries('system.cpu.utilization'),
  metricSeries('system.memory.utilization'),
  metricSeries('system.network.io', 'eth0', 'receive'),
  metricSeries('hw.temperature', 'cpu'),
  ...['0', '1', '2', '3', '4', '5'].map((core) => metricSeries('system.cpu.utilization', core)),
];
const cores = series.length - 4;
/** Nothing that would only take room. */
const small = { ballast: 0, segment_bytes: 16_384 };

/** What is asked of a store with this history; also what the test asks. */
export async function answersOf(store: OpenStore): Promise<unknown> {
  await store.warmed;
  const names = series.map((one) => one.name);
  const machines = store.registry.list();
  const fromMs = Date.UTC(2026, 0, 15, 12);
  const ranges = machines.map(({ machine }) =>
    store.reader.range({ machine, names, fromMs, toMs: fromMs + 6 * hourMs, points: 72 }),
  );
  return {
    machines,
    series: machines.map(({ machine }) => store.dictionaries.of(machine)),
    latest: machines.map(({ machine }) => store.samples.latest(machine)),
    ranges: await Promise.all(ranges),
    settings: [store.settings.get('mail'), store.settings.get('none')],
    records: (await store.records.list('user')).records.map(({ key, value }) => ({ key, value })),
    journal: (await store.journal.find({ before: 4 })).entries.reverse(),
    seen: machines.map(({ machine }) =>
      ['1', '2'].map((run) => store.samples.machine(machine).seen.has(run.repeat(32), 100)),
    ),
  };
}

const totals = (seq: number) => [(seq * 37) % 1000, 500, (seq % 400) * 9973];
const loads = (seq: number) => Array.from({ length: cores }, (_, core) => (seq * (core + 3) * 7919) % 1001);

async function record(folder: string): Promise<void> {
  const stateDir = join(folder, 'store');
  mkdirSync(stateDir, { recursive: true });
  const clock = new FakeClock(Date.UTC(2026, 0, 15, 12));
  const defaults = Object.fromEntries(Object.entries(storeConfig).map(([name, key]) => [name, key.default]));
  const config = {
    ...(defaults as Parameters<typeof createStore>[0]['config']),
    clock: 'trusted' as const,
    ...small,
  };
  const fail = (error: unknown) => {
    throw error;
  };
  const log = createLog({ name: 'store', level: 'error' });
  const part = createStore({ stateDir, config, clock, log, alive: () => undefined, fail });
  await part.start(new AbortController().signal);
  const store = part.opened();
  const admit = (letter: string, name: string) =>
    store.registry.admit({ key: letter.repeat(64), name, by: 'Anna', local: letter === 'a' });
  const box = await admit('a', 'netmonitor-abcd');
  const gone = await admit('b', 'old pc');
  const pc = await admit('c', 'Büro 3');
  await store.registry.remove(gone.machine);
  await store.registry.update(pc.machine, {
    state: 'up',
    facts: { os: 'Debian 12', cores: 4 },
    run: '1'.repeat(32),
  });
  const text = { en: 'Büro 3 was admitted', fr: 'Büro 3 a été admis' };
  await store.journal.note({
    ...anna,
    kind: 'machine.admitted',
    machine: pc.machine,
    text,
    details: { digits: '482913' },
  });
  await store.settings.put('mail', { host: 'mail.example', to: ['it@example.org'] });
  await store.records.write([{ namespace: 'user', key: 'anna', value: { role: 'admin', since: 1 } }]);
  for (const { machine } of [box, pc]) await store.dictionaries.resolve(machine, series);

  const send = (
    machine: number,
    run: string,
    wallAtZeroMs: number,
    first: number,
    count: number,
    trusted: boolean,
  ) => {
    const ticks = Array.from({ length: count }, (_, at) => {
      const seq = first + at;
      const temperature = seq % 50 < 3 ? undefined : 400 + (seq % 17);
      return { seq, runMs: seq * 5000, values: [...totals(seq), temperature, ...loads(seq)] };
    });
    store.samples.append(encodeBatch([{ machine, run, wallAtZeroMs, trusted, ticks }]), store.committer);
  };
  const startMs = clock.wallMs();
  // What is dated ahead is not taken.
  await clock.advance(hourMs);
  send(box.machine, '1'.repeat(32), startMs, 0, 300, true);
  send(box.machine, '1'.repeat(32), startMs, 350, 50, true);
  send(pc.machine, '2'.repeat(32), startMs + 1234, 0, 200, false);
  await clock.advance(hourMs);
  await store.turn();
  send(box.machine, '2'.repeat(32), startMs + 2 * hourMs, 0, 60, true);
  send(pc.machine, '2'.repeat(32), startMs + 1234, 1500, 100, false);
  await store.turn();
  await part.stop();
  for (const name of ['LOG', 'LOG.old']) rmSync(join(stateDir, 'db', name), { force: true });

  await part.start(new AbortController().signal);
  const answers = await answersOf(part.opened());
  writeFileSync(join(folder, 'answers.json'), `${JSON.stringify(answers, null, 1)}\n`);
  await part.stop();
}

if (process.argv[1] === import.meta.filename) await record(resolve(process.argv[2]!));
