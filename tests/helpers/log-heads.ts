/** Ticks on their way into the log: from heads, as in the store. */
import { ByteWriter } from '../../appliance/protocol/bytes.ts';
import type { AppendEntry } from '../../appliance/store/client/types.ts';
import type { ChainWriter } from '../../appliance/store/log/chains.ts';
import type { Times } from '../../appliance/store/recovery/wal-marks.ts';
import { Head } from '../../appliance/store/samples/head.ts';

export class LogHeads {
  readonly #heads = new Map<number, Head>();
  readonly #scratch = new ByteWriter();
  readonly log: ChainWriter;

  constructor(log: ChainWriter) {
    this.log = log;
  }

  of(machine: number): Head {
    const found = this.#heads.get(machine) ?? new Head(this.#scratch);
    this.#heads.set(machine, found);
    return found;
  }

  /** From when to when it was measured; null without a tick. */
  append(entry: AppendEntry): Times | null {
    const dates = entry.ticks.map((tick) =>
      this.of(entry.machine).append(entry, tick, { segment: 1, log: this.log }),
    );
    return dates.length === 0 ? null : { fromMs: Math.min(...dates), toMs: Math.max(...dates) + 1 };
  }
}
