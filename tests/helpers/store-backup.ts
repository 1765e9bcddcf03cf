/** A filled store behind its real socket, and what it holds, to be compared. */

import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createLog } from '../../appliance/runtime/log.ts';
import { type Column, createStoreClient, type StoreClient } from '../../appliance/store/client/client.ts';
import { databaseAt, openOptions } from '../../appliance/store/database/database.ts';
import { storeServer } from '../../appliance/store/server.ts';
import { FakeClock } from './clock.ts';
import { counter, gauge, TestStore, ticks } from './store-parts.ts';

/** Some hours before the time of a fake clock. */
export const wallAtZeroMs = Date.UTC(2026, 0, 15, 8);
export const runOf = (machine: number) => machine.toString(16).padStart(32, '0');

export async function servedStore(
  t: TestContext,
  o: Parameters<typeof TestStore.open>[1] = {},
): Promise<{ test: TestStore; client: StoreClient }> {
  // Real clocks have fractions of a millisecond.
  const test = await TestStore.open(t, { clock: new FakeClock(Date.UTC(2026, 0, 15, 12) + 0.25), ...o });
  const log = createLog({ name: 'store', level: 'error', write: () => undefined });
  const server = storeServer({ runDir: test.folder, store: () => test.store, log });
  await server.start(new AbortController().signal);
  const client = createStoreClient({ runDir: test.folder, as: 'console' });
  t.after(async () => {
    client.close();
    await server.stop();
  });
  return { test, client };
}

/** Three machines, one removed; ticks in blocks, in the log, and in RAM; settings, records, journal. */
export async function fill(test: TestStore, withTicks = true): Promise<void> {
  const { registry, dictionaries, settings, records, journal } = test.store;
  for (const name of ['a', 'b', 'c']) {
    await registry.admit({ key: name.repeat(64), name: `PC-${name}`, by: 'anne', local: false });
  }
  await registry.remove(2);
  for (const machine of [1, 3]) await dictionaries.resolve(machine, [gauge('g', 1), counter('c')]);
  for (const machine of withTicks ? [1, 3] : []) {
    append(test, machine, 0, 1500);
    await test.store.turn();
    append(test, machine, 1500, 200);
  }
  await test.store.turn();
  await settings.put('look', { dark: true });
  await records.write([
    { namespace: 'users', key: 'anne', value: { password: '$argon2id$secret' } },
    { namespace: 'watch.incidents', key: '7', value: { open: true } },
  ]);
  for (const at of [1, 2, 3])
    await journal.note({
      ...{ kind: 'x.y', who: 'é', role: '', from: '' },
      text: { en: `${at}`, fr: `${at}` },
    });
}

/** What was refused of it. */
export function append(test: TestStore, machine: number, from: number, count: number): unknown[] {
  const values = (seq: number) => [Math.round(500 + 300 * Math.sin(seq / 50 + machine)), seq * machine * 7];
  return test.append([
    { machine, run: runOf(machine), wallAtZeroMs, trusted: true, ticks: ticks(from, count, values) },
  ]).refused;
}

/** Every value of a machine up to a tick, as a caller reads it. */
export async function valuesOf(test: TestStore, machine: number, seqs: number): Promise<Column[]> {
  const { columns } = await test.store.reader.range({
    ...{ machine, names: ['g', 'c'], fromMs: wallAtZeroMs, toMs: wallAtZeroMs + seqs * 5000, points: seqs },
  });
  return columns;
}

/** All keys and values of a database that nobody has open, by key. */
export async function contentOf(folder: string): Promise<Map<string, string>> {
  const database = databaseAt(join(folder, 'db'));
  await database.open(openOptions);
  const all = await database.iterator().all();
  await database.close();
  return new Map(all.map(([key, value]) => [key.toString('latin1'), value.toString('base64')]));
}

export async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

export async function* chunksOf(bytes: Uint8Array, size = 10_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
