/** Times whose samples are lost, by machine: named once in the journal, and in every answer that covers them. */
import { integer, nullable, number, object, text } from '../../protocol/check.ts';
import type { Lost } from '../client/types.ts';
import type { Database } from '../database/database.ts';
import { lostKey, lostRange } from '../keys.ts';
import { decodeChecked, encodeChecked } from '../records/checked.ts';
import type { Operation } from '../records/writer.ts';
import type { Expected } from './block-index.ts';
import { placeOf } from './kept-classes.ts';

const checkLost = object({
  /** null: any of them. */
  machine: nullable(integer({ min: 1 })),
  fromMs: number(),
  toMs: number(),
  why: text({ max: 256 }),
});

/** More are joined: a store that loses so much loses time all over. */
const mostKept = 1000;
/** Neighbours that are as near as this are one loss. */
const joinWithinMs = 60_000;

export interface LostTimes {
  list(): readonly Lost[];
  of(machine: number, fromMs: number, toMs: number): { fromMs: number; toMs: number }[];
  /** Takes them in; what is returned has to be written. */
  add(losses: readonly Lost[]): Operation[];
}

export async function loadLost(database: Database): Promise<LostTimes> {
  const kept = new Map<number, Lost>();
  for await (const [key, value] of database.iterator(lostRange)) {
    const lost = decodeChecked(value, 'A lost time', checkLost);
    kept.set(Number(key.toString('latin1').slice(-8)), lost);
  }
  return {
    list: () => [...kept.values()],
    of: (machine, fromMs, toMs) =>
      [...kept.values()]
        .filter((lost) => lost.machine === null || lost.machine === machine)
        .filter((lost) => lost.toMs > fromMs && lost.fromMs < toMs)
        .map((lost) => ({ fromMs: lost.fromMs, toMs: lost.toMs })),
    add(losses) {
      const operations: Operation[] = [];
      for (const lost of losses) {
        const isFull = kept.size >= mostKept;
        const same = [...kept].find(
          ([, one]) => one.machine === lost.machine && (isFull || isNear(one, lost)),
        );
        const number = same?.[0] ?? Math.max(0, ...kept.keys()) + 1;
        const joined = same === undefined ? lost : join(same[1], lost);
        kept.set(number, joined);
        operations.push({ type: 'put', key: lostKey(number), value: encodeChecked(joined) });
      }
      return operations;
    },
  };
}

/** Blocks that are gone, as stretches of lost time. */
export function lossesOf(blocks: readonly Expected[], why: string): Lost[] {
  const result: Lost[] = [];
  const places = blocks.map(placeOf).sort((a, b) => a.machine - b.machine || a.fromMs - b.fromMs);
  for (const place of places) {
    const lost: Lost = { ...place, why };
    const before = result.at(-1);
    if (before !== undefined && before.machine === lost.machine && isNear(before, lost))
      result[result.length - 1] = join(before, lost);
    else result.push(lost);
  }
  return result;
}

function isNear(a: Lost, b: Lost): boolean {
  return a.fromMs <= b.toMs + joinWithinMs && b.fromMs <= a.toMs + joinWithinMs;
}

function join(a: Lost, b: Lost): Lost {
  return { ...b, fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) };
}
