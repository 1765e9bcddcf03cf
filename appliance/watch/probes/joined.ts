/** Probes joined to the duty: machines and values come from it, words and definitions go to it. */
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { ProbeDefinition } from '../client/probes.ts';
import type { Duty } from '../duty.ts';
import { probeIdOf } from '../verdict/probe-series.ts';
import type { WatchStore } from '../watch-store.ts';
import { type ProbeDoor, Probes } from './probes.ts';

export type JoinedOptions = {
  store: WatchStore;
  /** Null: nobody is told what to check. */
  door: ProbeDoor | null;
  /** What comes with the program. */
  builtIns: readonly ProbeDefinition[];
  clock: Clock;
  log: Log;
};

/** Before the duty begins. */
export function joinProbes(duty: Duty, o: JoinedOptions): Probes {
  const { time } = duty;
  const probes = new Probes({
    ...o,
    nowMs: () => time.wallMs(),
    machines: () => duty.machines(),
    machineOf: (machine) => duty.machine(machine),
    isGroup: (group) => duty.library.groups().some(({ id }) => id === group),
    incidentOf: (id) => duty.incidents.list().find(({ subject }) => probeIdOf(subject) === id)?.id ?? null,
    onResult: (machine, { probe, verdict, reason }) =>
      duty.probes.result(machine, probe, verdict, reason ?? null),
    onDefined: (all) => duty.defineProbes(all),
  });
  duty.join({
    onMachines: () => probes.machinesChanged(),
    onMachine: ({ machine }, removed) =>
      removed ? probes.machineRemoved(machine) : probes.machineChanged(machine),
    onValue: (machine, series, value, _rate, atMs) =>
      probes.measured(machine, series, value, time.wallMs() - (time.atMs() - atMs)),
  });
  return probes;
}
