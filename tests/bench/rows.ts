/** How much history a host has when stores are asked about it. */
import { deepHosts, hoursAsked } from './questions.ts';
import { sealEveryTicks, waitingTicks } from './store-box.ts';

/** Rows of a host: a day in blocks and then what waits in RAM. */
export function rowsOf(host: number, machine: number): { sealed: number; all: number } {
  const sealed = host < deepHosts ? hoursAsked * sealEveryTicks : 0;
  return { sealed, all: sealed + waitingTicks(machine) };
}
