/** How a probe is: what each of its machines found, and what all of them say together. */
import type { Machine } from '../../store/client/client.ts';
import type { ProbeDefinition, ProbeState, VantageResult } from '../client/probes.ts';
import { judgeMatrix, type Matrix } from '../verdict/matrix.ts';
import { frenchNames } from './always.ts';
import { vantagesOf } from './assignments.ts';
import type { Cells } from './cells.ts';

export type StandingOptions = {
  cells: Pick<Cells, 'of'>;
  machines(): readonly Machine[];
  machineOf(machine: number): Machine | undefined;
  incidentOf(id: string): number | null;
};

export class Standing {
  readonly #o: StandingOptions;

  constructor(o: StandingOptions) {
    this.#o = o;
  }

  /** The box's own agent. */
  local(): number | null {
    return this.#o.machines().find(({ local }) => local)?.machine ?? null;
  }

  machinesOf(probe: ProbeDefinition): number[] {
    return vantagesOf(probe, this.local());
  }

  cells(probe: ProbeDefinition): VantageResult[] {
    return this.machinesOf(probe).map((machine) => this.#cell(probe, machine));
  }

  state(probe: ProbeDefinition): ProbeState {
    const vantages = this.cells(probe);
    const incident = this.#o.incidentOf(probe.id);
    if (!probe.enabled)
      return { probe, verdict: 'unknown', sinceMs: null, text: stoppedText(probe), vantages, incident };
    const { verdict, text: said } = this.#matrix(probe, vantages);
    const french = probe.builtIn ? frenchNames[probe.id] : undefined;
    const text = french === undefined ? said : { ...said, fr: said.fr.replace(probe.name, french) };
    return { probe, verdict, sinceMs: sinceOf(verdict, vantages), text, vantages, incident };
  }

  #matrix(probe: ProbeDefinition, vantages: readonly VantageResult[]): Matrix {
    const local = this.local();
    const cells = vantages.map(({ machine, verdict, reason }) => ({
      ...{ machine, verdict, reason, isBox: machine === local, isAway: reason?.code === 'AWAY' },
      name: this.#o.machineOf(machine)?.name ?? '',
    }));
    return judgeMatrix(cells, probe.name);
  }

  /** Who is not there knows nothing of now. */
  #cell(probe: ProbeDefinition, machine: number): VantageResult {
    const cell = this.#o.cells.of(probe, machine);
    const there = this.#o.machineOf(machine);
    if (there?.state === 'up') return cell;
    // At a start nobody has said yet which machines there are.
    const isEarly = there === undefined && this.#o.machines().length === 0;
    const reason = isEarly ? null : { code: there === undefined ? 'REMOVED' : 'AWAY', detail: '' };
    return { ...cell, verdict: 'unknown', sinceMs: null, reason };
  }
}

function stoppedText({ name }: ProbeDefinition) {
  return { en: `${name} is stopped`, fr: `${name} est arrêtée` };
}

/** Good since the last of them came back, bad since the first of them failed. */
function sinceOf(verdict: ProbeState['verdict'], vantages: readonly VantageResult[]): number | null {
  const wanted = verdict === 'good' ? 'up' : verdict === 'bad' ? 'down' : null;
  const since = vantages.flatMap((one) => (one.verdict === wanted ? (one.sinceMs ?? []) : []));
  if (since.length === 0) return null;
  return verdict === 'good' ? Math.max(...since) : Math.min(...since);
}
