/** Store folders with a ledger of what is in them: what the damages are done to. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLog } from '../../../appliance/runtime/log.ts';
import { encodeBatch } from '../../../appliance/store/client/append.ts';
import { storeConfig } from '../../../appliance/store/config.ts';
import { createStore, type OpenStore } from '../../../appliance/store/store.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { jobsHere } from '../../helpers/jobs-here.ts';
import { gauge } from '../../helpers/store-parts.ts';

export const stepMs = 5000;
export const startMs = Date.UTC(2026, 0, 1);
const run = 'd'.repeat(32);
const ticksPerTurn = 60;
const turnMs = ticksPerTurn * stepMs;

/** What was promised by the end, by machine: so many ticks, and each record's last value. */
export type Prepared = {
  folder: string;
  /** The same store a while before: where stale files come from. */
  earlier: string;
  machines: number;
  ticks: number;
  records: Record<string, string | null>;
  settings: Record<string, string>;
  journal: number;
  endMs: number;
};

/** Neighbours always differ, so that a missing value cannot be hidden by the one beside it. */
export function expectedValue(machine: number, seq: number): number {
  return (Math.imul(seq + 1, 2654435761) ^ Math.imul(machine, 40503)) >>> 8;
}

export const quietLog = createLog({ name: 'damage', level: 'error', write: () => undefined });

export function configFor(
  changes: Record<string, unknown> = {},
): Parameters<typeof createStore>[0]['config'] {
  const values = Object.entries(storeConfig).map(([name, key]) => [name, key.default]);
  const config = Object.fromEntries(values) as Parameters<typeof createStore>[0]['config'];
  return { ...config, lock_wait: 0, ballast: 0, clock: 'trusted', ...changes };
}

/** An orderly end or none: without one, the folder is what a process that was killed leaves. */
export async function prepare(o: {
  home: string;
  name: string;
  turns: number;
  isOrderly: boolean;
}): Promise<Prepared> {
  const live = join(o.home, `${o.name}-live`);
  const [folder, earlier] = [join(o.home, o.name), join(o.home, `${o.name}-earlier`)];
  mkdirSync(live, { recursive: true });
  const clock = new FakeClock(startMs);
  const failures: unknown[] = [];
  const part = createStore({
    ...{ stateDir: live, clock, log: quietLog, jobs: jobsHere },
    config: configFor({ segment_age: 20 * 60_000, segment_bytes: 16_384 }),
    alive: () => undefined,
    fail: (error) => failures.push(error),
  });
  await part.start(new AbortController().signal);
  const store = part.opened();
  const machines = await admit(store, 3);
  const prepared: Prepared = {
    ...{ folder, earlier, machines, ticks: 0, records: {}, settings: {}, journal: 0, endMs: 0 },
  };
  for (let turn = 0; turn < o.turns; turn++) {
    await clock.advance(turnMs);
    await oneTurn(store, turn, prepared);
    if (turn === Math.floor(o.turns * 0.7)) cpSync(live, earlier, { recursive: true });
  }
  prepared.endMs = clock.wallMs();
  if (!o.isOrderly) cpSync(live, folder, { recursive: true });
  await part.stop();
  if (o.isOrderly) cpSync(live, folder, { recursive: true });
  if (failures.length > 0) throw failures[0];
  writeFileSync(join(o.home, `${o.name}.json`), JSON.stringify(prepared));
  return prepared;
}

async function admit(store: OpenStore, count: number): Promise<number> {
  for (let index = 1; index <= count; index++) {
    const key = index.toString(16).padStart(64, '0');
    const { machine } = await store.registry.admit({ key, name: `pc ${index}`, by: 'ledger', local: false });
    await store.dictionaries.resolve(machine, [gauge('value'), gauge('other')]);
  }
  return count;
}

async function oneTurn(store: OpenStore, turn: number, prepared: Prepared): Promise<void> {
  const upTo = prepared.ticks + ticksPerTurn;
  const batch = Array.from({ length: prepared.machines }, (_, index) => {
    const machine = index + 1;
    const ticks = [];
    for (let seq = prepared.ticks; seq < upTo; seq++)
      ticks.push({ seq, runMs: seq * stepMs, values: [expectedValue(machine, seq), seq & 1] });
    return { machine, run, wallAtZeroMs: startMs, trusted: true, ticks };
  });
  store.samples.append(encodeBatch(batch), store.committer);
  await store.turn();
  prepared.ticks = upTo;
  const name = `key-${turn % 5}`;
  // Large now and then, so that LevelDB makes tables.
  const value = `${turn} ${'x'.repeat(turn % 4 === 0 ? 40_000 : 10)}${turn}`;
  await store.records.write([{ namespace: 'users', key: name, value }]);
  prepared.records[name] = value;
  await store.settings.put('mail', `setting ${turn}`);
  prepared.settings.mail = `setting ${turn}`;
  const text = { en: `turn ${turn}`, fr: `tour ${turn}` };
  const note = { kind: 'ledger', who: 'ledger', role: 'test', from: 'test', text };
  prepared.journal = (await store.journal.note(note)).id;
}
