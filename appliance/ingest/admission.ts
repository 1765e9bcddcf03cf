/** What people decide about machines: select, admit, refuse, remove. Before an admission nothing is written. */
import type { Hello } from '../protocol/messages.ts';
import { Failure, messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { StoreClient } from '../store/client/client.ts';
import type { Machine } from '../store/client/types.ts';
import type { Chronicle } from './chronicle.ts';
import type { Actor } from './client/types.ts';
import type { Connection } from './connection.ts';
import type { Guest } from './guest.ts';
import type { OpenHouse } from './open-house.ts';
import type { Roster } from './roster.ts';
import type { Tokens } from './tokens.ts';
import type { WaitingRoom } from './waiting-room.ts';

const machinesAtMost = 1_000;

/** The connection goes on as that of an admitted machine. */
type Seat = (connection: Connection, machine: Machine, hello: Hello) => void;

type Surroundings = {
  store: Pick<StoreClient, 'admit' | 'removeMachine'>;
  roster: Pick<Roster, 'put' | 'remove' | 'size' | 'byKey' | 'byNumber' | 'isRevoked'>;
  room: WaitingRoom;
  chronicle: Pick<Chronicle, 'decided' | 'tokenRefused'>;
  openHouse: OpenHouse;
  tokens: Pick<Tokens, 'use'>;
  log: Pick<Log, 'warn'>;
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

  /** `same` is the number that the machine had under another key, if a person says so. */
  async admit(id: string, digits: string, by: Actor, same?: number): Promise<Machine> {
    const { guest, answer } = this.#o.room.judge(id, digits);
    return this.#letIn(guest, by, { how: 'digits', machineAnswer: answer }, same);
  }

  /** Everybody who waits and may come in by the open house now does. Called at each change of the waiting room. */
  welcomeAll(): void {
    const { room, roster, openHouse, log } = this.#o;
    for (const guest of room.guests()) {
      const by = openHouse.host;
      if (by === null) return;
      // Without digits nobody comes in who does not know the box, who was sent away, or whose key was revoked.
      if (!guest.hello.pinned || guest.connection === null || this.#underWay.has(guest.id)) continue;
      if (room.wasRefused(guest.id) || roster.isRevoked(guest.id) || !openHouse.take()) continue;
      this.#letIn(guest, by, { how: 'open-house' }).catch((error: unknown) => {
        openHouse.giveBack();
        log.warn('a machine could not be admitted', { name: guest.hello.name, reason: messageOf(error) });
      });
    }
  }

  /** The machine that shows this token, or null: then it waits like anybody. */
  async admitByToken(connection: Connection, hello: Hello, token: string): Promise<Machine | null> {
    const { tokens, roster, chronicle } = this.#o;
    const { keyHash: key, address } = connection;
    if (roster.isRevoked(key)) return null;
    this.#fits(key);
    const use = await tokens.use(token);
    if (!use.ok) {
      if (use.why !== 'clock' && use.why !== 'paced')
        chronicle.tokenRefused({ why: use.why, name: hello.name, address });
      return null;
    }
    const by: Actor = { who: use.by, role: 'token', from: address };
    return this.#enrol(
      { key, name: hello.name, by, local: false },
      { key, address, how: 'token', token: use.id },
    );
  }

  async #letIn(guest: Guest, by: Actor, details: Record<string, unknown>, same?: number): Promise<Machine> {
    const { id, address, hello } = guest;
    if (this.#underWay.has(id)) throw new Failure('CONFLICT', `${hello.name} is being admitted already`);
    this.#underWay.add(id);
    try {
      const machine = await this.#enrol(
        { key: id, name: hello.name, by, local: false, ...(same === undefined ? {} : { same }) },
        { key: id, address, pinned: hello.pinned, ...details },
      );
      this.#seatNow(guest, machine);
      return machine;
    } finally {
      this.#underWay.delete(id);
    }
  }

  /** Its key is admitted, over whichever connection it waits by now. */
  #seatNow(guest: Guest, machine: Machine): void {
    const now = this.#o.room.guests().find(({ id }) => id === guest.id) ?? guest;
    // On another connection nobody has compared digits yet: who does not trust the box needs them once more.
    if (now !== guest && !now.hello.pinned) return;
    this.#o.room.release(now);
    const { connection, hello } = now;
    if (!connection?.open) return;
    connection.send('admitted', { machine: machine.machine });
    this.#seat?.(connection, machine, hello);
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
    who: { key: string; name: string; by: Actor; local: boolean; same?: number },
    details: Record<string, unknown>,
  ): Promise<Machine> {
    const { store, roster, chronicle } = this.#o;
    const { key, name, by, local, same } = who;
    this.#fits(key, same);
    const before = same === undefined ? undefined : roster.byNumber(same)?.key;
    const admission = { key, name, by: by.who, local };
    const machine = await store.admit(same === undefined ? admission : { ...admission, same });
    roster.put(machine);
    const more =
      same === undefined ? details : { ...details, same, ...(before ? { formerKey: before } : {}) };
    const what = same === undefined ? 'admitted' : 'same';
    await chronicle.decided(what, machine.name, by, { machine: machine.machine, details: more });
    return machine;
  }

  #fits(key: string, same?: number): void {
    const { roster } = this.#o;
    if (roster.byKey(key) !== undefined || (same !== undefined && roster.byNumber(same) !== undefined))
      return;
    if (roster.size >= machinesAtMost)
      throw new Failure('TOO_MANY', `a box watches at most ${machinesAtMost} machines: remove one first`);
  }
}
