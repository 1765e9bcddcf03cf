/** A machine of the clock test: measures all the time, keeps what is not acknowledged, and knows when each tick really was. */
import { systemClock } from '../../appliance/runtime/clock.ts';
import { newRun, WireAgent, type WireIdentity, wireIdentity } from '../helpers/wire-agent.ts';

const usualEveryMs = 40;
const reconnectMs = 50;
const ticksPerMessage = 60;

export type TrueTick = { run: string; seq: number; value: number; trueMs: number };

export class ClockMachine {
  readonly identity: WireIdentity = wireIdentity();
  /** Every tick that was ever measured. */
  readonly ledger: TrueTick[] = [];
  /** How far its wall clock is off, and whether it says that it knows the time. */
  offMs = 0;
  synchronised = false;
  readonly #port: number;
  readonly #trueMs: () => number;
  readonly #everyMs: number;
  #run = newRun();
  #runStartMs = systemClock.monotonicMs();
  #seq = 0;
  #unacked: (TrueTick & { runMs: number })[] = [];
  #agent: WireAgent | null = null;
  #sentUpTo = -1;
  #measuring = true;
  #stopped = false;
  readonly #done: Promise<void>;

  constructor(o: { port: number; trueMs: () => number; everyMs?: number }) {
    this.#port = o.port;
    this.#trueMs = o.trueMs;
    this.#everyMs = o.everyMs ?? usualEveryMs;
    this.#done = this.#live();
  }

  get unacknowledged(): number {
    return this.#unacked.length;
  }

  /** Comes back, with what its clock shows now. */
  reconnect(): void {
    this.#agent?.cut();
  }

  pause(): void {
    this.#measuring = false;
  }

  /** The process of the agent begins anew. Only once nothing waits: what waits in RAM would be lost with it. */
  beginRun(): void {
    this.#run = newRun();
    this.#runStartMs = systemClock.monotonicMs();
    this.#seq = 0;
    this.#measuring = true;
    this.reconnect();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#agent?.cut();
    await this.#done;
  }

  async #live(): Promise<void> {
    while (!this.#stopped) {
      if (this.#measuring) this.#measure();
      await this.#speak();
      await systemClock.sleep(this.#everyMs);
    }
  }

  #measure(): void {
    const runMs = Math.round(systemClock.monotonicMs() - this.#runStartMs);
    const seq = this.#seq++;
    const tick = { run: this.#run, seq, value: Math.imul(seq + 1, 2654435761) >>> 8, trueMs: this.#trueMs() };
    this.ledger.push(tick);
    this.#unacked.push({ ...tick, runMs });
  }

  async #speak(): Promise<void> {
    let agent = this.#agent;
    if (agent === null || agent.closed) {
      this.#agent = null;
      const runMs = Math.round(systemClock.monotonicMs() - this.#runStartMs);
      const wallMs = Math.max(0, Math.round(this.#trueMs() + this.offMs));
      const hello = { run: this.#run, runMs, wallMs, synchronised: this.synchronised };
      try {
        agent = await WireAgent.greet({ port: this.#port, identity: this.identity }, hello);
      } catch {
        // The door is away: it comes back.
        await systemClock.sleep(reconnectMs);
        return;
      }
      if (agent.welcome?.state !== 'admitted') {
        agent.cut();
        await systemClock.sleep(reconnectMs);
        return;
      }
      agent.dictionary(['value']);
      this.#agent = agent;
      this.#sentUpTo = -1;
    }
    const acked = agent.acked(this.#run);
    this.#unacked = this.#unacked.filter(({ seq }) => !acked.has(seq));
    const next = this.#unacked.filter(({ seq }) => seq > this.#sentUpTo).slice(0, ticksPerMessage);
    if (next.length === 0) return;
    agent.samples({ ticks: next.map(({ seq, runMs, value }) => ({ seq, runMs, values: [value] })) });
    this.#sentUpTo = next.at(-1)!.seq;
  }
}
