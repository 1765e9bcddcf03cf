/** Twenty times the usual load, slow connections at every door, and one hostile machine. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:https';
import { percentile } from '../bench/bench.ts';
import { signIn } from '../bench/page-client.ts';
import { Appliance } from '../helpers/appliance.ts';
import { wireIdentity } from '../helpers/wire-agent.ts';
import { type Fault, type Findings, nothingFound } from './fault.ts';
import type { Attacked, AttackTask } from './load/attacker.ts';
import { admitBy, admitted, memoryMaxMiB, watchMemory } from './load/box.ts';
import { flood as floodBox } from './load/flood.ts';
import { addressOf } from './load/machine.ts';

const answerMs = 1_000;
const machineCount = 50;
const series = 60;
const usualTickMs = 5_000;
const timesUsual = 20;
const roundMs = usualTickMs / timesUsual;
const durationMs = 60_000;
/** As many as one switch of a school has. */
const slowAddresses = 40;

const daemons = ['store', 'ingest', 'web'] as const;

export const flood: Fault = {
  about: `${timesUsual} times the load of ${machineCount} machines, slow connections (--count), one hostile machine`,
  goal: `nothing lost by the others, the page answers within ${answerMs / 1000} s (p95) and always, memory within the units' limits`,
  usualCount: 1_000,
  piece: 10_000,
  async run({ count, progress, signal }): Promise<Findings> {
    const box = await Appliance.start({ daemons });
    try {
      const admit = admitBy(box);
      const door = { port: box.ports.door, admit };
      const machines = await admitted(door, { count: machineCount, net: 3, series });
      const hostile = wireIdentity();
      await admit(hostile, 'hostile');
      const { code } = await box.web.address();
      const cookie = await signIn(box.ports.https, code ?? '');
      const task = { doors: box.ports, slow: count, addresses: slowAddresses, identity: hostile };
      let attacked: Attacked = { opened: 0, mostOpen: 0, messages: 0, connections: 0 };
      const memory = watchMemory(() =>
        Object.fromEntries(daemons.map((daemon) => [daemon, box.program(daemon).pid])),
      );
      const found = await floodBox({
        ...{ machines, rounds: durationMs / roundMs, roundMs, signal },
        look: () => look(box.ports.https, cookie),
        attack: async () => {
          const attacker = attackFrom({ ...task, localAddress: addressOf(6, 0) });
          return {
            stop: async () => {
              attacked = await attacker();
            },
          };
        },
      });
      const held = memory.stop();
      const figures = {
        ...{ page_p95_ms: Math.round(percentile(found.looksMs, 0.95)), looks: found.looksMs.length },
        ...{ page_max_ms: Math.round(Math.max(...found.looksMs)), ticks: found.ticks, cuts: found.cuts },
        ...{ slow_open: attacked.mostOpen, slow_opened: attacked.opened, hostile: attacked.messages },
        ...held,
      };
      progress(JSON.stringify(figures));
      const slow = figures.page_p95_ms > answerMs ? 1 : 0;
      const manual = daemons.filter((name) => (held[`${name}_mib`] ?? 0) > memoryMaxMiB(name)).length;
      const wrong = slow + found.unanswered;
      return { ...nothingFound, injected: attacked.mostOpen, lost: found.lost, wrong, manual, figures };
    } finally {
      await box.stop();
    }
  },
};

/** A person's browser: a connection of its own each time, from an address that the attackers do not have. */
function look(https: number, cookie: string): Promise<number> {
  const beganMs = performance.now();
  const headers = { host: `localhost:${https}`, cookie };
  const o = { host: '127.0.0.1', port: https, path: '/api/v1/machines', headers, agent: false } as const;
  return new Promise((resolve, reject) => {
    const call = request({ ...o, rejectUnauthorized: false }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`the page answered ${response.statusCode}`));
      response.resume().once('end', () => resolve(performance.now() - beganMs));
    });
    call.once('error', reject);
    call.setTimeout(10 * answerMs, () => call.destroy(new Error('the page does not answer')));
    call.end();
  });
}

/** Call it to end the attack: what it did. */
function attackFrom(task: AttackTask): () => Promise<Attacked> {
  const child = fork(new URL('./load/attacker.ts', import.meta.url), [JSON.stringify(task)]);
  return async () => {
    child.send('stop');
    const [done] = (await once(child, 'message')) as [Attacked];
    await once(child, 'exit');
    return done;
  };
}
