/** Machines that say far more than usual while others flood the box: whether all of it arrives, and whether the page answers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../helpers/eventually.ts';
import type { Machine } from './machine.ts';

export type Flood = {
  machines: readonly Machine[];
  /** In each, every machine ticks once, and somebody asks for the page. */
  rounds: number;
  roundMs: number;
  /** Somebody asks for the page: how long it took, or it rejects. */
  look(): Promise<number>;
  attack(): Promise<{ stop(): Promise<void> }>;
  signal: AbortSignal;
};

export type Flooded = { ticks: number; lost: number; cuts: number; looksMs: number[]; unanswered: number };

const onDiskMs = 120_000;

export async function flood(o: Flood): Promise<Flooded> {
  const over = new AbortController();
  const signal = AbortSignal.any([o.signal, over.signal]);
  await Promise.all(o.machines.map((machine) => machine.come(signal)));
  const staying = o.machines.map((machine) => machine.stay(signal));
  const looks: Promise<number | null>[] = [];
  const attack = await o.attack();
  try {
    for (let round = 0; round < o.rounds && !signal.aborted; round++) {
      for (const machine of o.machines) machine.tick();
      looks.push(o.look().catch(() => null));
      await sleep(o.roundMs);
    }
  } finally {
    await attack.stop();
  }
  const looked = await Promise.all(looks);
  const drained = () => o.signal.aborted || o.machines.every(({ pending }) => pending === 0);
  // What is not acknowledged by then is counted below.
  await eventually('all is on disk', drained, { withinMs: onDiskMs, everyMs: 50 }).catch(() => undefined);
  over.abort();
  await Promise.all(staying);
  const sum = (of: (machine: Machine) => number) => o.machines.reduce((total, one) => total + of(one), 0);
  for (const machine of o.machines) machine.cut();
  const looksMs = looked.filter((ms) => ms !== null);
  return {
    ...{ ticks: sum(({ sent }) => sent), lost: sum(({ pending }) => pending), cuts: sum(({ cuts }) => cuts) },
    ...{ looksMs, unanswered: looked.length - looksMs.length },
  };
}
