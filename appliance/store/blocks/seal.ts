/** Sealing: the chains that waited in RAM become blocks, written once. */
import type { Undated } from '../clock/undated.ts';
import { blockKey, seenKey } from '../keys.ts';
import { encodeChecked } from '../records/checked.ts';
import type { Operation } from '../records/writer.ts';
import type { Chain } from '../samples/head.ts';
import type { MachineSamples } from '../samples/machine-samples.ts';
import { BlockWriter } from './block.ts';
import type { BlockModels } from './body.ts';
import { partOf, type Table, TableMaker } from './table.ts';

/** A reader looks this far before the range that it wants, so no block spans more. */
export const longestBlockMs = 2 * 3_600_000;
const mostTicks = 1440;

export type SealedBlock = { key: Buffer; bytes: Buffer; run: string; startMs: number; trusted: boolean };

/** Makes blocks in memory that the next ones use again. */
export class BlockMaker {
  readonly #tables = new TableMaker();
  readonly #writer = new BlockWriter();

  /** The blocks of these chains; those of one run and dating are joined, sorted and cut again. */
  blocksOf(machine: number, chains: readonly Chain[], models?: BlockModels): SealedBlock[] {
    const groups = Map.groupBy(chains, ({ run, wallAtZeroMs, trusted, anchorMs }) =>
      [run, wallAtZeroMs, trusted, anchorMs].join(' '),
    );
    return [...groups.values()].flatMap((group) => {
      const { run, wallAtZeroMs, trusted, anchorMs } = group[0]!;
      const origin = { machine, run, wallAtZeroMs, trusted, anchorMs };
      return pieces(this.#tableOf(group)).map((piece) => {
        const startMs = wallAtZeroMs + piece.runMs.reduce((least, one) => Math.min(least, one));
        const key = blockKey(machine, startMs, run, piece.seqs[0]!);
        return { key, bytes: this.#writer.write(origin, piece, models), run, startMs, trusted };
      });
    });
  }

  #tableOf(chains: readonly Chain[]): Table {
    const count = chains.reduce((sum, chain) => sum + chain.count, 0);
    this.#tables.begin(
      count,
      chains.reduce((widest, { width }) => Math.max(widest, width), 0),
    );
    for (const chain of chains) chain.feed(this.#tables);
    return this.#tables.end();
  }
}

/**
 * To be written as one: the blocks of all that waits, and with them all that was received as known. To be called in one turn of
 * the loop, so that nothing counts as known that is in no block: a lost tick must be new when it is sent again.
 */
export function beginSeal(
  { machine, head, seen, models }: MachineSamples,
  o: { maker: BlockMaker; undated: Undated | undefined },
): { blocks: Operation[]; records: Operation[] } {
  const sealed = o.maker.blocksOf(machine, head.beginSeal(), models);
  const blocks = sealed.map(({ key, bytes }): Operation => ({ type: 'put', key, value: bytes }));
  const records: Operation[] = o.undated === undefined ? [] : o.undated.noted(machine, sealed);
  records.push({ type: 'put', key: seenKey(machine), value: encodeChecked(seen.list()) });
  return { blocks, records };
}

function pieces(table: Table): Table[] {
  const { runMs } = table;
  const result: Table[] = [];
  let from = 0;
  let lowMs = Number.POSITIVE_INFINITY;
  let highMs = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < runMs.length; at++) {
    const low = Math.min(lowMs, runMs[at]!);
    const high = Math.max(highMs, runMs[at]!);
    const full = at > from && (at - from >= mostTicks || high - low >= longestBlockMs);
    if (full) {
      result.push(partOf(table, from, at));
      from = at;
    }
    lowMs = full ? runMs[at]! : low;
    highMs = full ? runMs[at]! : high;
  }
  if (runMs.length > from) result.push(partOf(table, from, runMs.length));
  return result;
}
