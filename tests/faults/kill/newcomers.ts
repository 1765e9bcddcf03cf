/** Machines that come with an enrolment token, one after the other; whoever was let in is a machine, once, with an entry. */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../appliance/runtime/errors.ts';
import { WireAgent, type WireIdentity, wireIdentity } from '../../helpers/wire-agent.ts';
import type { Box } from './box.ts';
import type { Tally } from './tally.ts';

const everyMs = 500;
const tester = { who: 'ledger', role: 'admin', from: 'tests' };
const uses = 1000;

export class Newcomers {
  readonly #box: Box;
  /** Key to machine; who was let in at the first try was so with an answer to everything, the entry in the journal too. */
  readonly #letIn = new Map<string, { machine: number; atOnce: boolean }>();
  #token = '';
  #tokenId = '';
  /** Came, and heard no answer: comes again with the same key. */
  #unanswered: WireIdentity | null = null;

  constructor(box: Box) {
    this.#box = box;
  }

  get count(): number {
    return this.#letIn.size;
  }

  async prepare(): Promise<void> {
    const made = await this.#box.clients.ingest.createToken({ uses, hours: 12, label: 'fleet' }, tester);
    this.#token = made.token;
    this.#tokenId = made.id;
  }

  async come(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#letIn.size < uses) {
      await sleep(everyMs);
      const atOnce = this.#unanswered === null;
      const identity = this.#unanswered ?? wireIdentity();
      this.#unanswered = identity;
      const agent = await this.#greet(identity);
      if (agent?.welcome?.state === 'admitted' && agent.welcome.machine !== undefined) {
        this.#letIn.set(identity.id, { machine: agent.welcome.machine, atOnce });
        this.#unanswered = null;
      }
      agent?.cut();
    }
  }

  /** The token, after each start of the door. */
  async checkToken(tally: Tally): Promise<void> {
    const kept = (await this.#box.clients.ingest.tokens()).find(({ id }) => id === this.#tokenId);
    tally.compared++;
    if (kept !== undefined && kept.left <= uses - this.#letIn.size) return;
    tally.lost++;
    tally.note(`the token is ${JSON.stringify(kept)}, and let ${this.#letIn.size} in`);
  }

  async check(tally: Tally): Promise<void> {
    const machines = await this.#box.clients.store.machines();
    for (const [key, { machine, atOnce }] of this.#letIn) {
      const found = machines.filter((one) => one.key === key);
      const noted = await this.#box.clients.store.journal({ kind: 'machine.admitted', machine, limit: 2 });
      tally.compared++;
      if (found.length > 1 || noted.length > 1) tally.doubled++;
      if (found[0]?.machine === machine && (noted.length > 0 || !atOnce)) continue;
      tally.lost++;
      tally.note(
        `machine ${machine} was let in; its key has ${found[0]?.machine}, its entries: ${noted.length}`,
      );
    }
  }

  async #greet(identity: WireIdentity): Promise<WireAgent | null> {
    try {
      const hello = { name: `pc-${this.#letIn.size}`, token: this.#token };
      return await WireAgent.greet({ port: this.#box.ports.door, identity }, hello);
    } catch (error) {
      // The door is away, or went away in the middle of a word.
      if (messageOf(error) === '') throw error;
      return null;
    }
  }
}
