/** The machines that there are, as the registry tells: each that comes is judged from then on, each that was removed is forgotten. */
import type { Machine } from '../store/client/client.ts';
import type { Comings } from './comings.ts';
import type { Evaluation } from './evaluation.ts';
import type { Places } from './places.ts';
import type { Presences } from './presences.ts';
import type { Services } from './services.ts';
import type { WarmUp } from './warm-up.ts';

export type FleetOptions = {
  evaluation: Pick<Evaluation, 'presence'>;
  places: Pick<Places, 'begin' | 'forget' | 'close'>;
  presences: Presences;
  services: Pick<Services, 'read' | 'forget' | 'look'>;
  warmUp: Pick<WarmUp, 'forget'>;
  comings: Pick<Comings, 'take' | 'forget'>;
  /** On the axis of the inputs. */
  atMs(): number;
};

export class Fleet {
  readonly #o: FleetOptions;
  readonly #machines = new Map<number, Machine>();

  constructor(o: FleetOptions) {
    this.#o = o;
  }

  list(): Machine[] {
    return [...this.#machines.values()];
  }

  get(machine: number): Machine | undefined {
    return this.#machines.get(machine);
  }

  /** What there is, whenever the store is heard anew: some may have been removed while nobody watched. */
  takeAll(machines: readonly Machine[]): void {
    const there = new Set(machines.map(({ machine }) => machine));
    for (const machine of this.#machines.keys()) if (!there.has(machine)) this.remove(machine);
    for (const machine of machines) this.take(machine);
    this.#o.places.close(({ machine }) => machine !== null && !there.has(machine), 'machine-removed');
  }

  take(machine: Machine): void {
    const { places, presences, services, evaluation, comings } = this.#o;
    const isNew = !this.#machines.has(machine.machine);
    this.#machines.set(machine.machine, machine);
    const before = presences.get(machine.machine);
    const presence = presences.take(machine);
    if (presence !== before) comings.take(machine, presence);
    if (isNew) {
      places.begin(machine.machine);
      services.read(machine.machine);
    } else if (presence !== before) {
      const atMs = this.#o.atMs();
      // It was gone meanwhile, and nobody here saw it.
      if (before?.state === 'up' && presence.state === 'up')
        evaluation.presence(machine.machine, { ...presence, state: 'silent' }, atMs);
      evaluation.presence(machine.machine, presence, atMs);
    }
  }

  remove(machine: number): void {
    const { places, presences, services, warmUp, comings } = this.#o;
    this.#machines.delete(machine);
    places.forget(machine);
    presences.forget(machine);
    comings.forget(machine);
    services.forget(machine);
    warmUp.forget(machine);
    places.close((of) => of.machine === machine, 'machine-removed');
  }

  /** Timetables begin and end; lists of services grow old. */
  look(): void {
    const { presences, services, evaluation, atMs } = this.#o;
    for (const machine of this.#machines.keys()) {
      const presence = presences.look(machine);
      if (presence !== undefined) evaluation.presence(machine, presence, atMs());
    }
    for (const machine of this.#machines.keys()) services.look(machine);
  }
}
