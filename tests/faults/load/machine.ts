/**
 * A machine on the real wire that comes back by itself, as the agent does: with the agent's own waiting times, and with
 * everything that the box has not acknowledged.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Backoff } from '../../../agent/backoff.ts';
import type { Tick } from '../../../appliance/protocol/ticks.ts';
import { newRun, WireAgent, type WireIdentity } from '../../helpers/wire-agent.ts';

export type MachineOptions = {
  port: number;
  identity: WireIdentity;
  name: string;
  /** Each machine of a network has an address of its own. */
  localAddress: string;
  series: number;
};

const lookEveryMs = 50;
const answerWithinMs = 10_000;
const ticksPerMessage = 32;

export class Machine {
  /** How often it knocked, how often it lost its connection. */
  attempts = 0;
  cuts = 0;
  sent = 0;
  readonly #o: MachineOptions;
  readonly #run = newRun();
  readonly #osBoot = newRun();
  readonly #startedMs = performance.now();
  readonly #pending = new Map<number, Tick>();
  readonly #backoff = new Backoff();
  readonly #names: string[];
  #agent: WireAgent | null = null;

  constructor(o: MachineOptions) {
    this.#o = o;
    this.#names = Array.from({ length: o.series }, (_, at) => `test.value:${at}`);
  }

  get admitted(): boolean {
    return this.#agent !== null && !this.#agent.closed;
  }

  /** Ticks without an acknowledgement. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Knocks until it is let in. */
  async come(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { agent, retryMs } = await this.#knock(signal);
      if (agent !== null) {
        this.#agent = agent;
        this.#backoff.reset();
        agent.dictionary(this.#names);
        this.#sendAgain(agent);
        return;
      }
      await sleep(this.#backoff.next(retryMs), undefined, { signal }).catch(() => undefined);
    }
  }

  /** As when a cable is pulled. */
  cut(): void {
    this.#agent?.cut();
    this.#agent = null;
  }

  /** Comes back whenever the box hangs up. Ends when the signal does. */
  async stay(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (!this.admitted) {
        this.cuts += this.#agent === null ? 0 : 1;
        await this.come(signal);
      }
      this.hear();
      await sleep(lookEveryMs * 4, undefined, { signal }).catch(() => undefined);
    }
  }

  tick(): void {
    const seq = this.sent++;
    const values = this.#names.map((_, at) => seq * (at + 1));
    const tick = { seq, runMs: this.#runMs(), values };
    this.#pending.set(seq, tick);
    if (this.admitted) this.#agent?.samples({ ticks: [tick] });
  }

  /** Forgets what is acknowledged. */
  hear(): void {
    const agent = this.#agent;
    if (agent === null) return;
    for (const seq of agent.acked(this.#run)) this.#pending.delete(seq);
    agent.heard.length = 0;
  }

  async #knock(signal: AbortSignal): Promise<{ agent: WireAgent | null; retryMs: number }> {
    this.attempts += 1;
    const { port, identity, localAddress, name } = this.#o;
    const agent = new WireAgent({ port, identity, localAddress });
    const own = { name, run: this.#run, osBoot: this.#osBoot, runMs: this.#runMs() };
    agent.send('hello', agent.hello(own));
    const untilMs = performance.now() + answerWithinMs;
    while (agent.heard.length === 0 && !agent.closed && performance.now() < untilMs && !signal.aborted)
      await sleep(lookEveryMs);
    if (agent.welcome?.state === 'admitted') return { agent, retryMs: 0 };
    agent.cut();
    return { agent: null, retryMs: agent.errors[0]?.retryMs ?? 0 };
  }

  #sendAgain(agent: WireAgent): void {
    const waiting = [...this.#pending.values()];
    for (let at = 0; at < waiting.length; at += ticksPerMessage)
      agent.samples({ ticks: waiting.slice(at, at + ticksPerMessage) });
  }

  #runMs(): number {
    return Math.round(performance.now() - this.#startedMs);
  }
}

/** Addresses of the loopback, of which there are millions. */
export const addressOf = (net: number, number: number): string =>
  `127.${net}.${Math.floor(number / 250)}.${(number % 250) + 1}`;
