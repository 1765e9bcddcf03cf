import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { DaemonName } from '../../appliance/launch/daemons.ts';
import { Appliance } from '../helpers/appliance.ts';
import { eventually } from '../helpers/eventually.ts';
import { tester, waitingMachine } from '../helpers/machine.ts';
import { WireAgent, wireIdentity } from '../helpers/wire-agent.ts';

/** The box's daemons are killed while samples arrive; the producer keeps a ledger of its own. */
let box: Appliance;
before(async () => {
  box = await Appliance.start({ daemons: ['store', 'ingest'] });
});
after(async () => {
  await box.stop();
});

const tickMs = 3_000;
/** The finest step that a range has: a third of a tick, so that no two ticks share a bucket. */
const stepMs = 1_000;
const ticksPerMessage = 5;
/** The run began three hours ago, so that its ticks are history and none lies in the future. */
const startedMs = 3 * 3_600_000;

/** Speaks the wire as the agent does: connects again when it is cut off, and sends again what was not acked. */
class Producer {
  readonly #identity = wireIdentity();
  readonly #run = 'ab'.repeat(16);
  readonly #began = performance.now();
  readonly acked = new Set<number>();
  #agent: WireAgent | null = null;
  #heard = 0;
  produced = 0;

  /** Whether the door takes this machine for one that waits or is admitted, and does not send it away. */
  async connect(): Promise<boolean> {
    this.#agent?.cut();
    this.#agent = null;
    this.#heard = 0;
    const agent = await WireAgent.greet(
      { port: box.ports.door, identity: this.#identity },
      { run: this.#run, name: 'producer', runMs: startedMs + Math.round(performance.now() - this.#began) },
    );
    this.#agent = agent;
    if (agent.welcome?.state !== 'admitted') return agent.welcome !== undefined;
    agent.dictionary(['test.value']);
    const missing = Array.from({ length: this.produced }, (_, seq) => seq).filter(
      (seq) => !this.acked.has(seq),
    );
    for (let at = 0; at < missing.length; at += 64) this.#send(missing.slice(at, at + 64));
    return true;
  }

  async step(): Promise<void> {
    this.#hear();
    if (this.#agent === null || this.#agent.closed) await this.connect().catch(() => false);
    const seqs = Array.from({ length: ticksPerMessage }, () => this.produced++);
    if (this.#agent !== null && !this.#agent.closed) this.#send(seqs);
  }

  #send(seqs: readonly number[]): void {
    const ticks = seqs.map((seq) => ({ seq, runMs: seq * tickMs, values: [seq] }));
    this.#agent?.samples({ ticks });
  }

  #hear(): void {
    const acks = this.#agent?.of('ack') ?? [];
    for (const { seqs } of acks.slice(this.#heard)) {
      for (const [first, last] of seqs) for (let seq = first; seq <= last; seq++) this.acked.add(seq);
    }
    this.#heard = acks.length;
  }
}

async function killAndStart(daemon: DaemonName): Promise<void> {
  await box.program(daemon).end('SIGKILL');
  box.startDaemon(daemon);
}

test('store and ingest are killed in mid-stream: all that was acknowledged is there once, and all arrives', async () => {
  const producer = new Producer();
  // A door that has just opened may still be busy with its store: whoever knocks knocks again.
  await eventually('the producer is heard', () => producer.connect());
  const { id } = await waitingMachine(box, 'producer');
  const { digits } = await box.ingest.select(id, tester);
  const { machine } = await box.ingest.admit(id, digits ?? '', tester);
  await producer.connect();

  const victims: DaemonName[] = ['store', 'ingest', 'store', 'store', 'ingest'];
  for (const victim of victims) {
    for (let steps = 8 + Math.floor(Math.random() * 12); steps > 0; steps--) {
      await producer.step();
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
    await killAndStart(victim);
  }
  await eventually(
    'everything that was produced is acknowledged',
    async () => {
      await producer.step();
      return producer.produced - producer.acked.size <= 40 * ticksPerMessage && producer.acked.size > 200;
    },
    { everyMs: 150 },
  );

  const ledger = [...producer.acked].sort((a, b) => a - b);
  const last = (await box.store.latest(machine))[0];
  assert.ok(last);
  const found = await readBack(machine, last.tMs, producer.produced);
  const zeroMs = last.tMs - last.value * tickMs;
  const lost = ledger.filter((seq) => !found.has(seq));
  const wrong = [...found].filter(([seq, atMs]) => Math.abs(atMs - zeroMs - seq * tickMs) > stepMs);
  assert.deepEqual({ lost, wrong }, { lost: [], wrong: [] });
  const { heads, blocks } = await box.store.health();
  assert.equal(blocks, 0, 'nothing was sealed meanwhile, so that heads counts every tick');
  assert.ok(heads <= producer.produced, `${heads} ticks are kept of ${producer.produced} produced`);
});

/** Each tick's value is its seq: what is kept, and at which date. */
async function readBack(machine: number, newestMs: number, produced: number): Promise<Map<number, number>> {
  const kept = new Map<number, number>();
  const spanMs = 2_000 * stepMs;
  for (let fromMs = newestMs - (produced + 60) * tickMs; fromMs <= newestMs + 60 * tickMs; fromMs += spanMs) {
    const question = { machine, names: ['test.value'], fromMs, toMs: fromMs + spanMs, points: 2_000 };
    const { startMs, columns, ...answer } = await box.store.range(question);
    assert.equal(answer.stepMs, stepMs);
    columns[0]?.mean.forEach((seq, index) => {
      if (seq !== null) kept.set(seq, startMs + index * stepMs);
    });
  }
  return kept;
}
