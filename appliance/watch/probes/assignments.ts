/** What each machine is to check, told to the agents' door whenever it changes, until the door has taken it. */
import { limits } from '../../protocol/limits.ts';
import type { Assignment } from '../../protocol/probes/exchange.ts';
import type { Clock, Timer } from '../../runtime/clock.ts';
import { Failure, messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { ProbeDefinition } from '../client/probes.ts';

const firstPauseMs = 500;
const longestPauseMs = 60_000;
const mostAtOnce = 8;
const hopeless = ['BAD_REQUEST', 'TOO_LARGE'];
/** Of the message besides the list. */
const envelopeBytes = 64;

type Lists = ReadonlyMap<number, readonly Assignment[]>;

/** `again`: which are to be checked now, too. A probe without machines is checked by `local`, the box's own. */
export function listsOf(
  probes: readonly ProbeDefinition[],
  local: number | null,
  again: ReadonlyMap<string, number> = new Map(),
): Lists {
  const lists = new Map<number, Assignment[]>();
  for (const probe of probes) {
    if (!probe.enabled) continue;
    const assignment = assignmentOf(probe, again.get(probe.id));
    for (const machine of vantagesOf(probe, local)) {
      const list = lists.get(machine);
      if (list === undefined) lists.set(machine, [assignment]);
      else list.push(assignment);
    }
  }
  return lists;
}

export function vantagesOf({ vantages }: Pick<ProbeDefinition, 'vantages'>, local: number | null): number[] {
  if (vantages.length > 0) return vantages;
  return local === null ? [] : [local];
}

function assignmentOf(
  { id, kind, intervalMs, beyond, options }: ProbeDefinition,
  again: number | undefined,
): Assignment {
  // An empty text is what every agent takes it for anyway.
  const said = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== ''));
  return {
    ...{ id, kind, intervalMs },
    ...(beyond ? { beyond } : {}),
    ...(again === undefined ? {} : { again }),
    options: said,
  };
}

/** One message takes a whole list. */
export function assertFits(lists: Lists, nameOf: (machine: number) => string | null): void {
  for (const [machine, list] of lists) {
    const bytes = Buffer.byteLength(JSON.stringify(list)) + envelopeBytes;
    if (list.length > limits.probesPerMachine || bytes >= limits.frameBytes)
      throw new Failure(
        'TOO_MANY',
        {
          en: `${nameOf(machine) ?? `machine ${machine}`} would have more to check than one machine takes: let another one check this`,
          fr: `${nameOf(machine) ?? `la machine ${machine}`} aurait plus à vérifier qu’une machine n’en prend : confiez ceci à une autre`,
        },
        { path: 'vantages' },
      );
  }
}

type Told = { wanted: string; known: string | null; pauseMs: number; timer: Timer | null; isAsking: boolean };
type Assign = (machine: number, list: readonly Assignment[]) => Promise<void>;

export class Assignments {
  readonly #o: { assign: Assign; clock: Clock; log: Log };
  readonly #machines = new Map<number, Told>();
  readonly #due = new Set<number>();
  #asking = 0;
  /** Grows whenever the door is there anew: what was said to the one before does not count. Null while it is not there. */
  #door: number | null = null;
  #doors = 0;

  constructor(o: { assign: Assign; clock: Clock; log: Log }) {
    this.#o = o;
  }

  /** All machines that there are; one without a list has nothing to check, and is told so, too. */
  want(there: ReadonlySet<number>, lists: ReadonlyMap<number, string>): void {
    for (const machine of [...this.#machines.keys()]) if (!there.has(machine)) this.#forget(machine);
    for (const machine of there) {
      const wanted = lists.get(machine) ?? '[]';
      const told = this.#machines.get(machine);
      if (told === undefined)
        this.#machines.set(machine, { wanted, known: null, pauseMs: 0, timer: null, isAsking: false });
      else told.wanted = wanted;
      this.#tell(machine);
    }
  }

  /** The door is there (again), and knows nothing any more. */
  up(): void {
    this.down();
    this.#door = ++this.#doors;
    for (const [machine, told] of this.#machines) {
      Object.assign(told, { known: null, pauseMs: 0 });
      this.#tell(machine);
    }
  }

  down(): void {
    this.#door = null;
    this.#due.clear();
    for (const told of this.#machines.values()) {
      told.timer?.stop();
      told.timer = null;
    }
  }

  stop(): void {
    this.down();
    this.#machines.clear();
  }

  #forget(machine: number): void {
    this.#machines.get(machine)?.timer?.stop();
    this.#machines.delete(machine);
  }

  #tell(machine: number): void {
    const told = this.#machines.get(machine);
    if (told === undefined || told.isAsking || told.timer !== null || told.wanted === told.known) return;
    this.#due.add(machine);
    this.#next();
  }

  #next(): void {
    const door = this.#door;
    for (const machine of this.#due) {
      if (door === null || this.#asking >= mostAtOnce) return;
      this.#due.delete(machine);
      const told = this.#machines.get(machine);
      if (told === undefined || told.wanted === told.known) continue;
      const { wanted } = told;
      told.isAsking = true;
      this.#asking += 1;
      this.#o
        .assign(machine, JSON.parse(wanted) as Assignment[])
        .then(
          () => {
            if (door === this.#door) Object.assign(told, { known: wanted, pauseMs: 0 });
          },
          (error: unknown) => {
            if (door === this.#door) this.#refused(machine, told, wanted, error);
          },
        )
        .finally(() => {
          told.isAsking = false;
          this.#asking -= 1;
          if (this.#machines.get(machine) === told) this.#tell(machine);
          this.#next();
        });
    }
  }

  #refused(machine: number, told: Told, wanted: string, error: unknown): void {
    this.#o.log.warn('a machine was not told what to check', { machine, error: messageOf(error) });
    // The same list would be refused again; another one may not.
    if (error instanceof Failure && hopeless.includes(error.code)) told.known = wanted;
    else if (this.#machines.get(machine) === told) {
      told.pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, 2 * told.pauseMs));
      told.timer = this.#o.clock.after(told.pauseMs, () => {
        told.timer = null;
        this.#tell(machine);
      });
    }
  }
}
