/**
 * What each machine is to check, as watch says it, and what became of it, for whoever follows. In RAM: watch says it again,
 * machines keep theirs, and tell all of their results on each connection.
 */
import { limits } from '../protocol/limits.ts';
import type { Body } from '../protocol/messages.ts';
import { type Assignment, checkAssignments } from '../protocol/probes/exchange.ts';
import { Failure } from '../runtime/errors.ts';
import type { Route } from '../runtime/socket/server.ts';
import type { DatedResult, ProbeNews } from './client/types.ts';
import type { Roster } from './roster.ts';
import { parsed } from './server.ts';
import type { Session } from './session.ts';

const bodyBytes = 512 * 1024;

type Told = Pick<Session, 'say'>;

export class Probes {
  readonly #sessionOf: (machine: number) => Told | undefined;
  readonly #assigned = new Map<number, readonly Assignment[]>();
  readonly #results = new Map<number, Map<string, DatedResult>>();
  readonly #listeners = new Set<(news: ProbeNews) => void>();

  constructor(o: { sessionOf(machine: number): Told | undefined }) {
    this.#sessionOf = o.sessionOf;
  }

  /** All that the machine is to check. */
  assign(machine: number, probes: Assignment[]): void {
    if (Buffer.byteLength(JSON.stringify({ probes })) >= limits.frameBytes)
      throw new Failure(
        'TOO_LARGE',
        `${probes.length} probes with these options are more than one message takes`,
      );
    this.#assigned.set(machine, probes);
    const ids = new Set(probes.map(({ id }) => id));
    const results = this.#results.get(machine);
    for (const id of results?.keys() ?? []) if (!ids.has(id)) results?.delete(id);
    this.#sessionOf(machine)?.say('probeAssignments', { probes });
  }

  /** Whether watch has said that the machine runs this probe. */
  runs(machine: number, probe: string): boolean {
    return this.#assigned.get(machine)?.some(({ id }) => id === probe) === true;
  }

  /** While watch has said nothing, the machine goes on with what it has. */
  greet(machine: number, session: Told): void {
    const probes = this.#assigned.get(machine);
    if (probes !== undefined) session.say('probeAssignments', { probes: [...probes] });
  }

  /** `dateOf`: of a moment of the machine's run. */
  heard(machine: number, { results }: Body<'probeResults'>, dateOf: (runMs: number) => number): void {
    const assigned = this.#assigned.get(machine);
    const wanted = results
      .filter(({ probe }) => assigned === undefined || assigned.some(({ id }) => id === probe))
      .map((result): DatedResult => ({ ...result, atMs: dateOf(result.runMs) }));
    const kept = this.#results.get(machine) ?? new Map<string, DatedResult>();
    this.#results.set(machine, kept);
    for (const result of wanted)
      if (kept.has(result.probe) || kept.size < limits.probesPerMachine) kept.set(result.probe, result);
    if (wanted.length > 0) for (const tell of this.#listeners) tell({ machine, results: wanted });
  }

  forget(machine: number): void {
    this.#assigned.delete(machine);
    this.#results.delete(machine);
  }

  /** What is known now, then each change. */
  follow(tell: (news: ProbeNews) => void): { stop(): void } {
    for (const [machine, results] of this.#results)
      if (results.size > 0) tell({ machine, results: [...results.values()] });
    this.#listeners.add(tell);
    return { stop: () => void this.#listeners.delete(tell) };
  }
}

export function probeRoutes({
  probes,
  roster,
}: {
  probes: Probes;
  roster: Pick<Roster, 'byNumber'>;
}): Route[] {
  return [
    {
      method: 'PUT',
      path: '/v1/assignments/:machine',
      async handle({ params, json }) {
        const machine = Number(params.machine);
        if (roster.byNumber(machine) === undefined)
          throw new Failure('NOT_FOUND', `there is no machine ${params.machine}`);
        probes.assign(machine, parsed(checkAssignments, await json(bodyBytes)).probes);
        return { json: {} };
      },
    },
    {
      method: 'GET',
      path: '/v1/probe-results',
      handle: () => ({
        lines: (out) => {
          const following = probes.follow((news) => out.write(news));
          void out.closed.then(() => following.stop());
        },
      }),
    },
  ];
}
