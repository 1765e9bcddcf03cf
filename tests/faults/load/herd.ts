/** Machines that all lose the box at once and all come back within a second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../helpers/eventually.ts';
import type { Machine } from './machine.ts';

export type Return = { backMs: number; attempts: number; lost: number };

export type Herd = {
  machines: readonly Machine[];
  /** They come back at random moments within this time. */
  withinMs: number;
  /** What takes the box away from them; resolved when it is there again. */
  leave(): Promise<void>;
  signal: AbortSignal;
};

const ticksBefore = 3;
const allBackMs = 600_000;

/** `lost`: ticks that were never acknowledged, also those measured while the box was away. */
export async function comeBack({ machines, withinMs, leave, signal }: Herd): Promise<Return> {
  const over = new AbortController();
  const stopped = AbortSignal.any([signal, over.signal]);
  await Promise.all(machines.map((machine) => machine.come(stopped)));
  for (let count = 0; count < ticksBefore; count++) for (const machine of machines) machine.tick();
  for (const machine of machines) machine.cut();
  await leave();
  for (const machine of machines) {
    machine.tick();
    machine.attempts = 0;
  }
  const beganMs = performance.now();
  const staying = machines.map(async (machine) => {
    await sleep(Math.random() * withinMs);
    await machine.stay(stopped);
  });
  const each = { withinMs: allBackMs, everyMs: 50 };
  try {
    await eventually('all are back', () => stopped.aborted || machines.every(isBack), each);
    const backMs = performance.now() - beganMs;
    for (const machine of machines) machine.tick();
    await eventually('all is on disk', () => stopped.aborted || machines.every(hasAll), each);
    return { backMs, ...counted(machines) };
  } finally {
    over.abort();
    await Promise.all(staying);
    for (const machine of machines) machine.cut();
  }
}

const isBack = ({ admitted }: Machine) => admitted;
const hasAll = ({ pending }: Machine) => pending === 0;

function counted(machines: readonly Machine[]): Pick<Return, 'attempts' | 'lost'> {
  const sum = (of: (machine: Machine) => number) => machines.reduce((total, one) => total + of(one), 0);
  return { attempts: sum(({ attempts }) => attempts), lost: sum(({ pending }) => pending) };
}
