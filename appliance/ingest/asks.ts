/** Questions to machines that have an answer: one at a time for each machine, and everybody who asks meanwhile gets it. */
import type { Processes } from '../protocol/processes.ts';
import type { Clock, Timer } from '../runtime/clock.ts';
import { Failure } from '../runtime/errors.ts';
import type { Session } from './session.ts';

/** The agent looks twice, a second apart, when it has not looked for long. */
const patienceMs = 8_000;
/** Many browsers ask, the machine is asked once. */
const freshMs = 2_000;
/** The first version of the wire that has the question. */
const minorVersion = 1;

type Question = { id: number; timer: Timer; answer(processes: Processes): void; fail(error: Failure): void };

export class Asks {
  readonly #sessionOf: (machine: number) => Pick<Session, 'minorVersion' | 'say'> | undefined;
  readonly #clock: Clock;
  readonly #open = new Map<number, Question & { promise: Promise<Processes> }>();
  readonly #fresh = new Map<number, { processes: Processes; timer: Timer }>();
  #ids = 0;

  constructor(o: {
    clock: Clock;
    sessionOf(machine: number): Pick<Session, 'minorVersion' | 'say'> | undefined;
  }) {
    this.#clock = o.clock;
    this.#sessionOf = o.sessionOf;
  }

  async processes(machine: number): Promise<Processes> {
    return this.#fresh.get(machine)?.processes ?? this.#open.get(machine)?.promise ?? this.#ask(machine);
  }

  /** What answers no question is passed over: it may come too late. */
  answered(machine: number, processes: Processes): void {
    const question = this.#open.get(machine);
    if (question?.id !== processes.id) return;
    // What people run is nothing to keep.
    const timer = this.#clock.after(freshMs, () => this.#fresh.delete(machine));
    this.#fresh.set(machine, { processes, timer });
    question.answer(processes);
  }

  forget(machine: number): void {
    this.#fresh.get(machine)?.timer.stop();
    this.#fresh.delete(machine);
    this.#open.get(machine)?.fail(new Failure('NOT_FOUND', 'this machine was removed'));
  }

  stop(): void {
    for (const { timer } of this.#fresh.values()) timer.stop();
    this.#fresh.clear();
    for (const { fail } of this.#open.values()) fail(new Failure('CLOSED', 'the door is closing'));
  }

  #ask(machine: number): Promise<Processes> {
    const session = this.#sessionOf(machine);
    if (session === undefined) throw new Failure('CONFLICT', 'this machine is not connected now');
    if (session.minorVersion < minorVersion)
      throw new Failure('CONFLICT', 'the agent of this machine is too old to tell its programs: update it');
    const id = ++this.#ids % 2 ** 32;
    const { promise, resolve, reject } = Promise.withResolvers<Processes>();
    const done = (): void => {
      question.timer.stop();
      this.#open.delete(machine);
    };
    const question = {
      ...{ id, promise },
      answer(processes: Processes) {
        done();
        resolve(processes);
      },
      fail(error: Failure) {
        done();
        reject(error);
      },
      timer: this.#clock.after(patienceMs, () =>
        question.fail(new Failure('TIMEOUT', `this machine did not answer within ${patienceMs / 1000} s`)),
      ),
    };
    this.#open.set(machine, question);
    session.say('processesWanted', { id });
    return promise;
  }
}
