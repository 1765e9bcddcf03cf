/** One machine that was admitted and now asks as much of the box as it can, and comes back at once whenever it is hung up on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '../../../appliance/protocol/limits.ts';
import { gauge, newRun, WireAgent, type WireIdentity } from '../../helpers/wire-agent.ts';
import { pick } from '../fuzz/mutate.ts';

const turnMs = 20;
const messagesPerTurn = 20;
const width = limits.seriesPerMachine;

export class HostileMachine {
  messages = 0;
  connections = 0;
  readonly #over = new AbortController();
  readonly #going: Promise<void>;

  constructor(o: { port: number; identity: WireIdentity; localAddress: string }) {
    this.#going = this.#go(o);
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#going;
  }

  async #go(o: { port: number; identity: WireIdentity; localAddress: string }): Promise<void> {
    while (!this.#over.signal.aborted) {
      const agent = new WireAgent(o);
      this.connections += 1;
      agent.send('hello', agent.hello({ name: 'hostile', run: newRun() }));
      agent.send('dictionary', { from: 0, series: names(0, width) });
      let seq = 0;
      while (!agent.closed && !this.#over.signal.aborted) {
        for (let count = 0; count < messagesPerTurn; count++) seq = this.#say(agent, seq);
        agent.heard.length = 0;
        await sleep(turnMs);
      }
      agent.cut();
      await sleep(turnMs);
    }
  }

  #say(agent: WireAgent, seq: number): number {
    this.messages += 1;
    const kinds: readonly (() => number)[] = [
      () => {
        const values = () => Array.from({ length: width }, () => Math.floor(Math.random() * 2 ** 50));
        const ticks = Array.from({ length: 8 }, (_, at) => ({ seq: seq + at, runMs: (seq + at) * 5_000 }));
        agent.samples({ ticks: ticks.map((tick) => ({ ...tick, values: values() })) });
        return ticks.length;
      },
      () => {
        agent.send('ping', { id: 1 });
        return 0;
      },
      () => {
        const text = 'x'.repeat(limits.textLength);
        const events = Array.from({ length: limits.eventsPerMessage }, () => ({ runMs: 1, kind: 'x', text }));
        agent.send('events', { events });
        return 0;
      },
    ];
    // Rarely what ends the connection: a new one costs the box a handshake.
    if (Math.random() < 0.002) agent.send('dictionary', { from: 0, series: names(seq, width) });
    else if (Math.random() < 0.001) agent.raw(Buffer.alloc(limits.frameBytes, 0xff));
    return seq + pick(kinds, Math.random)();
  }
}

const names = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => gauge(`x.${from}:${at}`));
