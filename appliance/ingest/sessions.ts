/**
 * The session of each machine. The newest connection of a key counts, once the one before is seen to be dead; two runs that
 * are both alive are two machines.
 */
import type { End } from './connection.ts';
import type { Durable } from './forwarder.ts';
import type { Session } from './session.ts';

const replacedRetryMs = 60_000;
/** How long a connection may take to answer a ping before it counts as dead. */
const answerMs = 4_000;

export class Sessions {
  readonly #onClone: (machine: number, both: [Session, Session]) => void;
  readonly #answerMs: number;
  readonly #byMachine = new Map<number, Session>();

  constructor(o: { onClone: (machine: number, both: [Session, Session]) => void; answerMs?: number }) {
    this.#onClone = o.onClone;
    this.#answerMs = o.answerMs ?? answerMs;
  }

  get size(): number {
    return this.#byMachine.size;
  }

  get(machine: number): Session | undefined {
    return this.#byMachine.get(machine);
  }

  add(session: Session): void {
    const before = this.#byMachine.get(session.machine);
    this.#byMachine.set(session.machine, session);
    if (before === undefined) return;
    // The same process over another connection: its old one is of no use to anybody.
    if (before.run === session.run) replace(before);
    else void this.#judge(before, session);
  }

  /** Its connection has closed; a newer one may have taken its place already. */
  closed(session: Session): void {
    if (this.#byMachine.get(session.machine) === session) this.#byMachine.delete(session.machine);
  }

  close(machine: number, end: End, error?: Parameters<Session['close']>[1]): void {
    this.#byMachine.get(machine)?.close(end, error);
  }

  acknowledge(durable: Durable): void {
    this.#byMachine.get(durable.machine)?.acknowledge(durable);
  }

  holdAll(): void {
    for (const session of this.#byMachine.values()) session.hold();
  }

  releaseAll(): void {
    for (const session of this.#byMachine.values()) session.release();
  }

  /** A half-open connection answers nothing; only who answers while the other one does, too, is a second machine. */
  async #judge(before: Session, now: Session): Promise<void> {
    now.hold('judged');
    const alive = await before.isAlive(this.#answerMs);
    now.release('judged');
    const both = alive && (await now.isAlive(this.#answerMs));
    if (both && before.open && now.open) this.#onClone(now.machine, [before, now]);
    else replace(before);
  }
}

function replace(session: Session): void {
  session.close('replaced', {
    code: 'REPLACED',
    message: 'this key has connected again',
    retryMs: replacedRetryMs,
  });
}
