/** Which runs have blocks whose date is not certain, and where they stand: what age must not delete, and what waits to be dated. */
import { number, object } from '../../protocol/check.ts';
import type { SealedBlock } from '../blocks/seal.ts';
import { type Database, iterationOptions } from '../database/database.ts';
import { rangeOf, undatedKey } from '../keys.ts';
import { decodeChecked, encodeChecked } from '../records/checked.ts';
import type { Operation } from '../records/writer.ts';

/** Dates of keys, of the first and the last of its blocks. */
const checkStretch = object({ fromMs: number(), toMs: number() });

export type Stretch = {
  machine: number;
  run: string;
  fromMs: number;
  toMs: number;
  /** What was known when it was last looked through in vain; nothing new, no use in looking again. */
  triedWith: string | null;
};

export class Undated {
  readonly #byMachine = new Map<number, Map<string, Stretch>>();

  async load(database: Database): Promise<void> {
    for await (const [key, value] of database.iterator({ ...rangeOf('undated'), ...iterationOptions })) {
      const machine = key.readUInt32BE(1);
      const run = key.toString('hex', 5);
      const what = `The list of what waits for a date of machine ${machine}`;
      this.#put({ machine, run, ...decodeChecked(value, what, checkStretch), triedWith: null });
    }
  }

  /** Whether the block that begins so may have an uncertain date. `runStart`: the first 8 digits of the run. */
  has(machine: number, runStart: string, startMs: number): boolean {
    for (const { run, fromMs, toMs } of this.#byMachine.get(machine)?.values() ?? []) {
      if (run.startsWith(runStart) && startMs >= fromMs && startMs <= toMs) return true;
    }
    return false;
  }

  list(): Stretch[] {
    return [...this.#byMachine.values()].flatMap((runs) => [...runs.values()]);
  }

  /** To be written in the same batch as the blocks. */
  noted(machine: number, blocks: readonly SealedBlock[]): Operation[] {
    const touched = new Set<Stretch>();
    for (const { run, startMs, trusted } of blocks) {
      if (trusted) continue;
      const keyMs = Math.max(0, Math.floor(startMs));
      const known = this.#byMachine.get(machine)?.get(run);
      const stretch = known ?? { machine, run, fromMs: keyMs, toMs: keyMs, triedWith: null };
      stretch.fromMs = Math.min(stretch.fromMs, keyMs);
      stretch.toMs = Math.max(stretch.toMs, keyMs);
      stretch.triedWith = null;
      this.#put(stretch);
      touched.add(stretch);
    }
    return [...touched].map(({ run, fromMs, toMs }) => ({
      type: 'put',
      key: undatedKey(machine, run),
      value: encodeChecked({ fromMs, toMs }),
    }));
  }

  /** Nothing of it is undated any more. */
  done({ machine, run }: Stretch): Operation {
    this.#byMachine.get(machine)?.delete(run);
    return { type: 'del', key: undatedKey(machine, run) };
  }

  #put(stretch: Stretch): void {
    const runs = this.#byMachine.get(stretch.machine) ?? new Map<string, Stretch>();
    this.#byMachine.set(stretch.machine, runs);
    runs.set(stretch.run, stretch);
  }
}
