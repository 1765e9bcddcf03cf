/** Opens a rebuilt state folder with the store's own code and compares what it gives back with what was promised. */
import { join } from 'node:path';
import { messageOf } from '../../../appliance/runtime/errors.ts';
import { openBlock, readTicks } from '../../../appliance/store/blocks/block.ts';
import { databaseAt, openOptions } from '../../../appliance/store/database/database.ts';
import { rangeOf } from '../../../appliance/store/keys.ts';
import type { OpenStore } from '../../../appliance/store/store.ts';
import { compareStreams, series } from '../kill/streams.ts';
import { Tally } from '../kill/tally.ts';
import { expected, startMs, stepMs } from '../store-ledger.ts';
import type { Answers } from './answers.ts';
import { openHere } from './open-here.ts';
import type { StoreRecording } from './store-lives.ts';

export type Verdict = {
  lost: number;
  wrong: number;
  doubled: number;
  unopenable: number;
  /** What was found, in words, for a person. */
  notes: string[];
};

/** What else may be true of a state. */
export type Allowed = {
  /** A write of several pages may have holes, which cannot be told from damage. */
  damageNoted: boolean;
};

type Ledger = Pick<StoreRecording, 'sent' | 'machines' | 'run' | 'streams' | 'registers'>;

const window = 3000;

export async function judgeStore(
  stateDir: string,
  ledger: Ledger,
  answers: Answers,
  allowed: Allowed,
): Promise<Verdict> {
  const verdict: Verdict = { lost: 0, wrong: 0, doubled: 0, unopenable: 0, notes: [] };
  const failures: unknown[] = [];
  const part = openHere(stateDir, (error) => failures.push(error));
  try {
    await part.start(new AbortController().signal);
    const store = part.opened();
    const inHeads = headTicks(store, ledger.machines);
    await store.warmed;
    if (ledger.streams === null) await judgeSamples(store, ledger, answers, verdict);
    else await judgeStreams(store, ledger, answers, verdict);
    await judgeRecords(store, ledger, answers, verdict);
    if (!allowed.damageNoted) await judgeNotes(store, verdict);
    await part.stop();
    await countDoubled(join(stateDir, 'db'), ledger.run, inHeads, verdict);
    if (failures.length > 0) throw failures[0];
  } catch (error) {
    verdict.unopenable++;
    verdict.notes.push(messageOf(error));
    await part.stop().catch((again: unknown) => verdict.notes.push(messageOf(again)));
  }
  return verdict;
}

/** Ticks are sent in order: those below this one were said to be on disk. */
function ackedTicks(ledger: Ledger, answers: Answers): number {
  let acked = 0;
  for (const { epoch, batch, upTo } of ledger.sent)
    if (batch <= (answers.durable.get(epoch) ?? 0)) acked = Math.max(acked, upTo);
  return acked;
}

async function judgeSamples(
  store: OpenStore,
  ledger: Ledger,
  answers: Answers,
  verdict: Verdict,
): Promise<void> {
  const acked = ackedTicks(ledger, answers);
  const sent = ledger.sent.reduce((most, { upTo }) => Math.max(most, upTo), 0);
  for (let machine = 1; machine <= ledger.machines; machine++) {
    for (let first = 0; first < sent; first += window) {
      const count = Math.min(sent - first, window);
      const fromMs = startMs + first * stepMs;
      const range = { machine, names: ['value'], fromMs, toMs: fromMs + count * stepMs, points: window };
      const { columns, damaged } = await store.reader.range(range);
      if (damaged !== undefined) verdict.notes.push(`machine ${machine} has damaged blocks`);
      for (let at = 0; at < count; at++) {
        const value = columns[0]?.mean[at] ?? null;
        const seq = first + at;
        // A gap shows the value behind it; behind what was promised anything may be missing.
        if (value === expected(machine, seq)) continue;
        if (seq < acked) {
          verdict.lost++;
          if (verdict.notes.length < 3)
            verdict.notes.push(`tick ${seq} of machine ${machine}, ${acked} promised`);
        } else if (value !== null && !followers(machine, seq).includes(value)) verdict.wrong++;
      }
    }
  }
}

/** Where history aged: as samples, minutes or tens. */
async function judgeStreams(
  store: OpenStore,
  ledger: Ledger,
  answers: Answers,
  verdict: Verdict,
): Promise<void> {
  const tally = new Tally();
  const sent = ledger.sent.reduce((most, { upTo }) => Math.max(most, upTo), 0);
  // Those whose admission had not been answered are not there yet.
  const admitted = answers.done.get('POST /v1/machines') ?? 0;
  const streams = (ledger.streams ?? []).slice(0, admitted);
  const acked = ackedTicks(ledger, answers);
  await compareStreams(tally, {
    streams,
    from: 0,
    acked,
    sent,
    read: (query) => store.reader.exportPage(query),
  });
  for (const key of ['lost', 'wrong', 'doubled'] as const) verdict[key] += tally[key];
  verdict.notes.push(...tally.notes.slice(0, 3));
}

function followers(machine: number, seq: number): number[] {
  return [1, 2].map((distance) => expected(machine, seq + distance));
}

async function judgeRecords(
  store: OpenStore,
  ledger: Ledger,
  answers: Answers,
  verdict: Verdict,
): Promise<void> {
  const admitted = answers.done.get('POST /v1/machines') ?? 0;
  for (let machine = 1; machine <= admitted; machine++) {
    if (!store.registry.has(machine)) verdict.lost++;
    const described = answers.done.has(`POST /v1/machines/${machine}/series`);
    const width = ledger.streams === null ? 1 : series.length;
    if (described && store.dictionaries.of(machine).length !== width) verdict.lost++;
  }
  const { entries, broken } = await store.journal.verify();
  if (broken !== null) verdict.wrong++;
  if (entries < answers.journal) verdict.lost++;
  for (const [path, values] of Object.entries(ledger.registers)) {
    if (path === '/v1/journal') continue;
    const promised = ['PUT', 'DELETE', 'PATCH'].reduce(
      (sum, method) => sum + (answers.done.get(`${method} ${path}`) ?? 0),
      0,
    );
    const found = await valueAt(store, path);
    const possible = values.slice(Math.max(0, promised - 1));
    if (possible.includes(found) || (promised === 0 && isUnset(path, found))) continue;
    if (found === null || values.includes(found) || isUnset(path, found)) verdict.lost++;
    else verdict.wrong++;
    if (verdict.notes.length < 3) verdict.notes.push(`${path}: ${promised} promised, ${found?.slice(0, 30)}`);
  }
}

/** Nothing was damaged, so nobody must be told so. */
async function judgeNotes(store: OpenStore, verdict: Verdict): Promise<void> {
  const { entries: damage } = await store.journal.find({ kind: 'store.damaged', limit: 1 });
  if (damage.length === 0) return;
  verdict.wrong++;
  verdict.notes.push(`a false alarm: ${damage[0]!.text.en}`);
}

/** Before it was given a first value. */
function isUnset(path: string, found: string | null): boolean {
  return found === null || (path.startsWith('/v1/machines') && /^(pc|stream) /.test(found));
}

async function valueAt(store: OpenStore, path: string): Promise<string | null> {
  const [, , kind, first, second] = path.split('/');
  if (kind === 'settings') return store.settings.get(first!) as string | null;
  if (kind === 'machines')
    return store.registry.has(Number(first)) ? store.registry.get(Number(first)).name : null;
  return ((await store.records.get(first!, second!))?.value ?? null) as string | null;
}

function headTicks(store: OpenStore, machines: number): string[] {
  const found: string[] = [];
  for (let machine = 1; machine <= machines; machine++)
    for (const chain of store.samples.chains(machine))
      for (const { seq } of chain.ticks()) found.push(`${machine} ${chain.run} ${seq}`);
  return found;
}

/** A tick stands in one block, or it waits in RAM, once. */
async function countDoubled(
  folder: string,
  run: string,
  inHeads: readonly string[],
  verdict: Verdict,
): Promise<void> {
  const seen = new Set<string>();
  const take = (tick: string) => {
    if (seen.has(tick)) verdict.doubled++;
    seen.add(tick);
  };
  for (const tick of inHeads) take(tick);
  const database = databaseAt(folder);
  await database.open(openOptions);
  try {
    for await (const bytes of database.values(rangeOf('block'))) {
      const block = openBlock(bytes);
      for (const seq of readTicks(block).seqs) take(`${block.header.machine} ${block.header.run} ${seq}`);
      if (block.header.run !== run) verdict.wrong++;
    }
  } finally {
    await database.close();
  }
}
