/** Opens a damaged store with its own code and compares all that it gives back with what was written. */
import { messageOf } from '../../../appliance/runtime/errors.ts';
import type { Jobs } from '../../../appliance/store/recovery/jobs.ts';
import { createStore, type OpenStore } from '../../../appliance/store/store.ts';
import { FakeClock } from '../../helpers/clock.ts';
import { configFor, expectedValue, type Prepared, quietLog, startMs, stepMs } from './prepared.ts';

export type Verdict = {
  /** Lost, and nobody said so. */
  lost: number;
  wrong: number;
  doubled: number;
  unopenable: number;
  /** Lost and named. */
  named: number;
  notes: string[];
};

const window = 3000;

export async function judge(stateDir: string, prepared: Prepared, jobs: Jobs): Promise<Verdict> {
  const verdict: Verdict = { lost: 0, wrong: 0, doubled: 0, unopenable: 0, named: 0, notes: [] };
  const failures: unknown[] = [];
  const part = createStore({
    ...{ stateDir, clock: new FakeClock(prepared.endMs), log: quietLog, jobs, config: configFor() },
    alive: () => undefined,
    fail: (error) => failures.push(error),
  });
  try {
    await part.start(new AbortController().signal);
    const store = part.opened();
    await store.warmed;
    await judgeSamples(store, prepared, verdict);
    await judgeRecords(store, prepared, verdict);
    await part.stop();
    if (failures.length > 0) throw failures[0];
  } catch (error) {
    verdict.unopenable++;
    verdict.notes.push(messageOf(error));
    await part.stop().catch((again: unknown) => verdict.notes.push(messageOf(again)));
  }
  return verdict;
}

async function judgeSamples(store: OpenStore, prepared: Prepared, verdict: Verdict): Promise<void> {
  for (let machine = 1; machine <= prepared.machines; machine++) {
    if (!store.registry.has(machine)) {
      verdict.lost += prepared.ticks;
      verdict.notes.push(`machine ${machine} is not there`);
      continue;
    }
    for (let first = 0; first < prepared.ticks; first += window) {
      const count = Math.min(prepared.ticks - first, window);
      const fromMs = startMs + first * stepMs;
      const range = { machine, names: ['value'], fromMs, toMs: fromMs + count * stepMs, points: count };
      const { columns, damaged = [], stepMs: step } = await store.reader.range(range);
      if (step !== stepMs) throw new Error(`a step of ${step} ms`);
      for (let at = 0; at < count; at++) {
        const seq = first + at;
        const found = columns[0]?.mean[at] ?? null;
        if (found === expectedValue(machine, seq)) continue;
        const tMs = startMs + seq * stepMs;
        const isNamed = damaged.some((one) => one.fromMs <= tMs && tMs < one.toMs);
        const isNeighbour = [1, 2].some((distance) => found === expectedValue(machine, seq + distance));
        if (found !== null && !isNeighbour)
          say(verdict, 'wrong', `tick ${seq} of machine ${machine} is ${found}`);
        else if (isNamed) verdict.named++;
        else say(verdict, 'lost', `tick ${seq} of machine ${machine}, ${prepared.ticks} written`);
      }
    }
  }
}

async function judgeRecords(store: OpenStore, prepared: Prepared, verdict: Verdict): Promise<void> {
  for (const [key, value] of Object.entries(prepared.records)) {
    const found = (await store.records.get('users', key))?.value ?? null;
    if (found !== value)
      say(verdict, found === null ? 'lost' : 'wrong', `${key} is ${String(found).slice(0, 20)}`);
  }
  for (const [section, value] of Object.entries(prepared.settings)) {
    const found = store.settings.get(section);
    if (found !== value)
      say(verdict, found === null ? 'lost' : 'wrong', `setting ${section} is ${String(found)}`);
  }
  for (let machine = 1; machine <= prepared.machines; machine++)
    if (store.dictionaries.of(machine).length !== 2) say(verdict, 'lost', `the series of machine ${machine}`);
  await judgeJournal(store, prepared, verdict);
  const key = 'f'.repeat(64);
  const { machine } = await store.registry.admit({ key, name: 'next', by: 'ledger', local: false });
  if (machine !== prepared.machines + 1) say(verdict, 'wrong', `the next machine got number ${machine}`);
}

/** Entries that are gone are named by number. */
async function judgeJournal(store: OpenStore, prepared: Prepared, verdict: Verdict): Promise<void> {
  const ids = new Set<number>();
  let before: number | undefined;
  for (;;) {
    const { entries } = await store.journal.find({
      limit: 1000,
      ...(before === undefined ? {} : { before }),
    });
    for (const { id } of entries) {
      if (ids.has(id)) verdict.doubled++;
      ids.add(id);
    }
    if (entries.length === 0 || entries.at(-1)!.id <= 1) break;
    before = entries.at(-1)!.id;
  }
  const { entries: notes } = await store.journal.find({ kind: 'store.damaged', limit: 1000 });
  for (let id = 1; id <= prepared.journal; id++) {
    if (ids.has(id)) continue;
    const isNamed = notes.some(({ details: { first, last } }) => Number(first) <= id && id <= Number(last));
    if (isNamed) verdict.named++;
    else say(verdict, 'lost', `journal entry ${id}`);
  }
}

function say(verdict: Verdict, key: 'lost' | 'wrong', text: string): void {
  verdict[key]++;
  if (verdict.notes.length < 3) verdict.notes.push(text);
}
