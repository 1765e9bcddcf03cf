/** Who is to be sealed when: each machine once an hour, together with others, earlier when much waits. */
import type { Clock } from '../../runtime/clock.ts';
import type { Undated } from '../clock/undated.ts';
import type { Operation, RecordWriter } from '../records/writer.ts';
import type { MachineSamples } from '../samples/machine-samples.ts';
import { recognisedMs, undatedMs } from '../samples/seen.ts';
import { BlockMaker, beginSeal } from './seal.ts';

/** A head with so many ticks is sealed before its hour is over. */
const mostTicksInHead = 1440;
/** About a megabyte: as much as LevelDB holds in RAM. */
const headsPerWrite = 64;
/** So often within a seal interval those that are due are sealed, together: each write has syncs of its own. */
const roundsPerInterval = 6;
/** About 64 kB of blocks: for less than the syncs cost, others are sealed before they are due, and with them from then on. */
const leastHeadBytes = 131_072;

export interface Sealer {
  /** Written since the start. */
  readonly blocks: number;
  sealDue(): Promise<void>;
}

export function createSealer(o: {
  writer: RecordWriter;
  clock: Clock;
  sealEveryMs: number;
  mostHeadBytes: number;
  machines(): Iterable<MachineSamples>;
  stampMs(): number;
  /** Where blocks are named whose date is not certain. */
  undated?: Undated;
}): Sealer {
  const maker = new BlockMaker();
  let blocksWritten = 0;
  let nextRoundMs = Number.NEGATIVE_INFINITY;

  const due = (): MachineSamples[] => {
    const nowMs = o.clock.monotonicMs();
    const machines = [...o.machines()];
    // Who is due stays due until it is sealed.
    if (bytesOf(machines) > o.mostHeadBytes) {
      const largest = machines.filter((one) => one.head.openCount > 0);
      return largest.sort((a, b) => b.head.byteLength - a.head.byteLength).slice(0, headsPerWrite);
    }
    const isRound = nowMs >= nextRoundMs;
    if (isRound) nextRoundMs = nowMs + o.sealEveryMs / roundsPerInterval;
    const found: MachineSamples[] = [];
    for (const samples of machines) {
      if (isRound && samples.nextSealMs <= nowMs) {
        samples.nextSealMs += o.sealEveryMs * Math.ceil((nowMs - samples.nextSealMs + 1) / o.sealEveryMs);
        if (samples.head.openCount > 0) found.push(samples);
      } else if (samples.head.openCount >= mostTicksInHead) found.push(samples);
    }
    return found.length === 0 ? found : withCompany(found, nowMs);
  };

  /** Those that come soonest. */
  const withCompany = (found: MachineSamples[], nowMs: number): MachineSamples[] => {
    let bytes = bytesOf(found);
    if (bytes >= leastHeadBytes) return found;
    const others = [...o.machines()].filter((one) => one.head.openCount > 0 && !found.includes(one));
    const progress = ({ head, nextSealMs }: MachineSamples) =>
      Math.max(head.openCount / mostTicksInHead, 1 - (nextSealMs - nowMs) / o.sealEveryMs);
    for (const one of others.sort((a, b) => progress(b) - progress(a))) {
      if (bytes >= leastHeadBytes) break;
      bytes += one.head.byteLength;
      one.nextSealMs = nowMs + o.sealEveryMs;
      found.push(one);
    }
    return found;
  };

  const seal = async (group: readonly MachineSamples[]): Promise<void> => {
    const nowMs = o.stampMs();
    const all: { blocks: Operation[]; records: Operation[] } = { blocks: [], records: [] };
    for (const samples of group) {
      if (nowMs !== undatedMs) samples.seen.forget(nowMs - recognisedMs);
      const begun = beginSeal(samples, { maker, undated: o.undated });
      all.blocks.push(...begun.blocks);
      all.records.push(...begun.records);
      blocksWritten += begun.blocks.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await o.writer.seal(all.blocks, all.records);
    for (const samples of group) samples.head.endSeal();
  };

  return {
    get blocks() {
      return blocksWritten;
    },
    async sealDue() {
      const found = due();
      for (let at = 0; at < found.length; at += headsPerWrite)
        await seal(found.slice(at, at + headsPerWrite));
    },
  };
}

function bytesOf(machines: readonly MachineSamples[]): number {
  return machines.reduce((sum, { head }) => sum + head.byteLength, 0);
}

/** 0 to 1, the same at every start: seals are spread over the hour. */
export function sealPhase(machine: number): number {
  return (Math.imul(machine, 0x9e3779b1) >>> 0) / 2 ** 32;
}
