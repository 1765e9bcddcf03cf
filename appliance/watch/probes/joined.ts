/** Probes joined to the duty: machines and values come from it, words and definitions go to it. */
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { ProbeDefinition } from '../client/probes.ts';
import { type Incident, severities } from '../client/types.ts';
import type { Duty } from '../duty.ts';
import { probeIdOf } from '../verdict/probe-series.ts';
import type { WatchStore } from '../watch-store.ts';
import type { ProbeDoor } from './options.ts';
import { Probes } from './probes.ts';

export type JoinedOptions = {
  store: WatchStore;
  /** Null: nobody is told what to check. */
  door: ProbeDoor | null;
  /** What comes with the program. */
  builtIns: readonly ProbeDefinition[];
  clock: Clock;
  log: Log;
};

/** Of several about one probe: one that stands for itself, and the most severe of those. */
function worstOf(incidents: readonly Incident[]): number | null {
  const own = incidents.filter(({ cause }) => cause === null);
  const [worst] = (own.length > 0 ? own : incidents).toSorted(
    (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity) || a.id - b.id,
  );
  return worst?.id ?? null;
}

/** Before the duty begins. */
export function joinProbes(duty: Duty, o: JoinedOptions): Probes {
  const { time } = duty;
  const probes = new Probes({
    ...o,
    nowMs: () => time.wallMs(),
    machines: () => duty.machines(),
    machineOf: (machine) => duty.machine(machine),
    isGroup: (group) => duty.library.groups().some(({ id }) => id === group),
    incidentOf: (id) => worstOf(duty.incidents.list().filter(({ subject }) => probeIdOf(subject) === id)),
    onResult: (machine, { probe, verdict, reason, atMs }) =>
      duty.probes.result(machine, probe, verdict, reason ?? null, time.atOf(atMs)),
    // A date ahead of now was written by a clock that was wrong.
    onDefined: (all, sinceOf) =>
      duty.defineProbes(all, (id) =>
        sinceOf(id) > time.wallMs() ? Number.NEGATIVE_INFINITY : time.atOf(sinceOf(id)),
      ),
  });
  duty.join({
    onMachines: () => probes.machinesChanged(),
    onMachine: ({ machine }, removed) =>
      removed ? probes.machineRemoved(machine) : probes.machineChanged(machine),
    onValue: (machine, series, value, _rate, atMs) =>
      probes.measured(machine, series, value, Math.round(time.wallMs() - (time.atMs() - atMs))),
  });
  return probes;
}
