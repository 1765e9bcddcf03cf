/** A store whose disk is full after the n-th page: what it does meanwhile, and once there is room again. */

import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure, messageOf } from '../../../appliance/runtime/errors.ts';
import { encodeBatch } from '../../../appliance/store/client/append.ts';
import { createStore, type OpenStore } from '../../../appliance/store/store.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { jobsHere } from '../../helpers/jobs-here.ts';
import { gauge } from '../../helpers/store-parts.ts';
import { configFor, expectedValue, quietLog, startMs, stepMs } from '../damage/prepared.ts';
import type { SmallDisk } from './small-disk.ts';

export type FillFindings = {
  injected: number;
  lost: number;
  wrong: number;
  unopenable: number;
  manual: number;
  notes: string[];
};

const run = 'd'.repeat(32);
const ticksPerTurn = 30;
const turnMs = ticksPerTurn * stepMs;
const turnsBefore = 6;
const mostTurns = 900;
/** In real time; what takes longer waits for room. */
const patienceMs = 25;
const longestMs = 10_000;
const valueBytes = 3000;
const window = 3000;

type Sent = { ticks: number; acked: number; records: Map<string, string>; pending: Map<string, string> };

export async function fillAt(disk: SmallDisk, pages: number, ballast: number): Promise<FillFindings> {
  const found: FillFindings = { injected: 0, lost: 0, wrong: 0, unopenable: 0, manual: 0, notes: [] };
  const stateDir = join(disk.folder, 'store');
  disk.free();
  rmSync(stateDir, { recursive: true, force: true });
  mkdirSync(stateDir, { mode: 0o700 });
  const clock = new FakeClock(startMs);
  const failures: unknown[] = [];
  const config = configFor({
    ballast,
    seal_interval: 20_000,
    segment_bytes: 8192,
    segment_age: 300_000,
  });
  const part = createStore({
    ...{ stateDir, clock, log: quietLog, jobs: jobsHere, config },
    alive: () => undefined,
    fail: (error) => failures.push(error),
  });
  const sent: Sent = { ticks: 0, acked: 0, records: new Map(), pending: new Map() };
  await part.start(new AbortController().signal);
  try {
    const store = part.opened();
    await admit(store);
    for (let turn = 0; turn < turnsBefore; turn++) await oneTurn(store, clock, turn, sent);
    disk.fill(pages);
    for (let turn = turnsBefore; turn < mostTurns && found.injected === 0; turn++) {
      await oneTurn(store, clock, turn, sent);
      if (store.care.room.state().failedWrites > 0) found.injected = 1;
      if (failures.length > 0) break;
    }
    await compare(store, sent, found, 'while the disk is full');
    disk.free();
    await recover(store, clock, sent, found);
    await compare(store, sent, found, 'with room again');
    if (failures.length > 0) throw failures[0];
  } catch (error) {
    found.manual++;
    found.notes.push(messageOf(error));
  } finally {
    disk.free();
    await part.stop().catch((error: unknown) => found.notes.push(messageOf(error)));
  }
  await compareAgain(stateDir, clock, sent, found);
  return found;
}

async function admit(store: OpenStore): Promise<void> {
  const key = '1'.padStart(64, '0');
  const { machine } = await store.registry.admit({ key, name: 'pc', by: 'ledger', local: false });
  await store.dictionaries.resolve(machine, [gauge('value')]);
}

async function oneTurn(store: OpenStore, clock: FakeClock, turn: number, sent: Sent): Promise<void> {
  await clock.advance(turnMs / 100);
  clock.jumpWall((turnMs * 99) / 100);
  appendTo(store, sent);
  await patiently(store.turn());
  if (store.committer.durable === store.committer.appended) sent.acked = sent.ticks;
  const key = `key-${turn % 7}`;
  // One that waits for room is not given another value.
  if (sent.pending.has(key)) return;
  const value = `${turn} ${'x'.repeat(valueBytes)}`;
  try {
    await store.care.opened();
    store.care.room.assertForRecords();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return;
  }
  sent.pending.set(key, value);
  const kept = store.records.write([{ namespace: 'users', key, value }]).then(() => {
    sent.records.set(key, value);
    sent.pending.delete(key);
  });
  await patiently(kept);
}

/** Refused samples stay where they are, and are sent again. */
function appendTo(store: OpenStore, sent: Sent): void {
  const ticks = Array.from({ length: ticksPerTurn }, (_, at) => {
    const seq = sent.ticks + at;
    return { seq, runMs: seq * stepMs, values: [expectedValue(1, seq)] };
  });
  const batch = [{ machine: 1, run, wallAtZeroMs: startMs, trusted: true, ticks }];
  try {
    store.samples.append(encodeBatch(batch), store.committer);
    sent.ticks += ticksPerTurn;
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'UNAVAILABLE') throw error;
  }
}

async function patiently(work: Promise<unknown>): Promise<void> {
  work.catch(() => undefined);
  await Promise.race([work, delay(patienceMs)]);
}

/** By itself: nothing but time passes. */
async function recover(store: OpenStore, clock: FakeClock, sent: Sent, found: FillFindings): Promise<void> {
  const untilMs = performance.now() + longestMs;
  const isDone = () => sent.pending.size === 0 && store.committer.durable === store.committer.appended;
  const before = sent.ticks;
  while (performance.now() < untilMs) {
    await clock.advance(6000);
    await delay(1);
    if (sent.ticks === before) appendTo(store, sent);
    if (sent.ticks > before && !store.care.room.isWaiting()) await patiently(store.turn());
    if (sent.ticks > before && isDone()) break;
  }
  if (sent.ticks === before || !isDone()) {
    found.manual++;
    const { failedWrites, isFull } = store.care.room.state();
    found.notes.push(
      `it does not go on: ${sent.pending.size} records wait, ${failedWrites} failed, full ${isFull}`,
    );
  } else sent.acked = sent.ticks;
}

async function compare(store: OpenStore, sent: Sent, found: FillFindings, when: string): Promise<void> {
  const again = store.care.again;
  const say = (key: 'lost' | 'wrong', text: string) => {
    found[key]++;
    if (found.notes.length < 3) found.notes.push(`${when}: ${text}`);
  };
  for (let first = 0; first < sent.acked; first += window) {
    const count = Math.min(window, sent.acked - first);
    const fromMs = startMs + first * stepMs;
    const range = { machine: 1, names: ['value'], fromMs, toMs: fromMs + count * stepMs, points: count };
    const { columns, damaged } = await again(() => store.reader.range(range));
    if (damaged !== undefined) say('wrong', `${damaged.length} times are said to be damaged`);
    for (let at = 0; at < count; at++)
      if (columns[0]?.mean[at] !== expectedValue(1, first + at))
        say('lost', `tick ${first + at} of ${sent.acked}`);
  }
  for (const [key, value] of sent.records) {
    const now = (await again(() => store.records.get('users', key)))?.value;
    if (now !== value && now !== sent.pending.get(key)) say('lost', key);
  }
  const { entries } = await again(() => store.journal.find({ kind: 'store.damaged', limit: 1 }));
  if (entries.length > 0) say('wrong', `a false alarm: ${entries[0]!.text.en}`);
}

async function compareAgain(
  stateDir: string,
  clock: FakeClock,
  sent: Sent,
  found: FillFindings,
): Promise<void> {
  const part = createStore({
    ...{ stateDir, clock, log: quietLog, jobs: jobsHere, config: configFor() },
    alive: () => undefined,
    fail: (error) => found.notes.push(messageOf(error)),
  });
  try {
    await part.start(new AbortController().signal);
    await compare(part.opened(), sent, found, 'at the next start');
    await part.stop();
  } catch (error) {
    found.unopenable++;
    found.notes.push(messageOf(error));
    await part.stop().catch((again: unknown) => found.notes.push(messageOf(again)));
  }
}
