/** Compares what a store answers with what machines produced: through the reading API, and by the ticks on its disk. */
import type { StoreClient } from '../../../appliance/store/client/client.ts';
import { expected, intervalMs, names, type Run } from './machine.ts';

export type Judged = { lost: number; wrong: number; values: number };

const window = 2_000;

/** `zeroMs`: when the run's millisecond 0 was, as the box has it. Ticks stand at whole intervals from there. */
export async function judgeRun(
  store: StoreClient,
  o: { machine: number; number: number; run: Run; zeroMs: number; produced: number },
): Promise<Judged> {
  const judged = { lost: 0, wrong: 0, values: 0 };
  for (let first = 0; first < o.produced; first += window) {
    const last = Math.min(o.produced, first + window);
    // The first tick is measured an interval after the run began.
    const at = (seq: number) => o.zeroMs + (seq + 1) * intervalMs;
    const fromMs = at(first) - 2 * intervalMs;
    const toMs = at(last) + 2 * intervalMs;
    const points = Math.round((toMs - fromMs) / intervalMs);
    const { startMs, stepMs, columns } = await store.range({
      machine: o.machine,
      names,
      fromMs,
      toMs,
      points,
    });
    if (stepMs !== intervalMs) throw new Error(`a step of ${stepMs} ms was answered`);
    for (const [index, name] of names.entries()) {
      const column = columns.find((one) => one.name === name);
      for (let seq = first; seq < last; seq++) {
        const found = column?.mean[Math.floor((at(seq) - startMs) / stepMs)];
        judged.values++;
        if (found === null || found === undefined) judged.lost++;
        else if (found !== expected(o.number, o.run.number, seq, index)) judged.wrong++;
      }
    }
  }
  return judged;
}

/** Ticks that history has more than once: the first series of each is a number of its own. */
export async function countDoubled(
  store: StoreClient,
  o: { machine: number; fromMs: number; toMs: number },
): Promise<number> {
  const found = new Set<number>();
  let doubled = 0;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const query = { ...o, names: [names[0]!], tier: 'raw' as const };
    const page = await store.exportPage(cursor === undefined ? query : { ...query, cursor });
    for (const value of page.columns[0]?.values ?? []) {
      if (value === null) continue;
      if (found.has(value)) doubled++;
      found.add(value);
    }
    cursor = page.next;
  }
  return doubled;
}
