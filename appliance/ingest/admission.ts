/** What people decide about machines: select, admit, refuse, remove. Before an admission nothing is written. */
import type { Hello } from '../protocol/messages.ts';
import { Failure } from '../runtime/errors.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { Machine } from '../store/client/types.ts';
import type { Chronicle } from './chronicle.ts';
import type { Actor } from './client/types.ts';
import type { Connection } from './connection.ts';
import type { Roster } from './roster.ts';
import type { WaitingRoom } from './waiting-room.ts';

const machinesAtMost = 1_000;

/** The connection goes on as that of an admitted machine. */
type Seat = (connection: Connection, machine: Machine, hello: Hello) => void;

type Surroundings = {
  store: Pick<StoreClient, 'admit' | 'removeMachine'>;
  roster: Pick<Roster, 'put' | 'remove' | 'size' | 'byKey' | 'byNumber'>;
  room: WaitingRoom;
  chronicle: Pick<Chronicle, 'decided'>;
};

export class Admission {
  readonly #o: Surroundings;
  readonly #underWay = new Set<string>();
  #seat: Seat | null = null;

  constructor(o: Surroundings) {
    this.#o = o;
  }

  /** Set once, by whoever joins the parts. */
  onAdmitted(seat: Seat): void {
    this.#seat = seat;
  }

  async admit(id: string, digits: string, by: Actor): Promise<Machine> {
    const { room } = this.#o;
    const { guest, answer } = room.judge(id, digits);
    if (this.#underWay.has(id))
      throw new Failure('CONFLICT', `${guest.hello.name} is being admitted already`);
    this.#underWay.add(id);
    try {
      const machine = await this.#enrol(
        { key: id, name: guest.hello.name, by, local: false },
        { key: id, address: guest.address, how: 'digits', machineAnswer: answer, pinned: guest.hello.pinned },
      );
      const connection = guest.connection;
      room.release(guest);
      if (connection?.open) {
        connection.send('admitted', { machine: machine.machine });
        this.#seat?.(connection, machine, guest.hello);
      }
      return machine;
    } finally {
      this.#underWay.delete(id);
    }
  }

  /** The agent on this box, whose key lies where only it can write. */
  async admitLocal(key: string, hello: Hello): Promise<Machine> {
    const by: Actor = { who: 'netmonitor', role: 'box', from: 'local-agent.pub' };
    return this.#enrol({ key, name: hello.name, by, local: true }, { key, how: 'local' });
  }

  async refuse(id: string, by: Actor): Promise<void> {
    const guest = this.#o.room.refuse(id);
    const details = { key: id, address: guest.address };
    await this.#o.chronicle.decided('refused', guest.hello.name, by, { details });
  }

  /** Its connection closes with it; if it comes back, it waits like a stranger. */
  async remove(machine: number, by: Actor): Promise<void> {
    const { store, roster, chronicle } = this.#o;
    const name = roster.byNumber(machine)?.name ?? `#${machine}`;
    await store.removeMachine(machine, by.who);
    roster.remove(machine);
    await chronicle.decided('removed', name, by, { machine, details: {} });
  }

  async #enrol(
    who: { key: string; name: string; by: Actor; local: boolean },
    details: Record<string, unknown>,
  ): Promise<Machine> {
    const { store, roster, chronicle } = this.#o;
    if (roster.byKey(who.key) === undefined && roster.size >= machinesAtMost) {
      throw new Failure('TOO_MANY', `a box watches at most ${machinesAtMost} machines: remove one first`);
    }
    const machine = await store.admit({ key: who.key, name: who.name, by: who.by.who, local: who.local });
    roster.put(machine);
    await chronicle.decided('admitted', machine.name, who.by, { machine: machine.machine, details });
    return machine;
  }
}
