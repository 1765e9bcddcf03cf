/** Machines that were taken over say that it is another year. */
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { clockSourceOf } from '../../../appliance/runtime/clock-trust.ts';
import { Appliance } from '../../helpers/appliance.ts';
import { tester } from '../../helpers/machine.ts';
import { WireAgent, wireIdentity } from '../../helpers/wire-agent.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';

const wallMs = Date.UTC(2099, 5, 1);

/** A machine whose clock shows another year, as it says in every way that there is. */
async function liar(scene: Scene, name: string): Promise<WireAgent> {
  const identity = wireIdentity();
  const hello = { name, token: scene.token, wallMs, synchronised: true };
  const agent = await scene.stranger(hello, { identity });
  assert.equal(agent.welcome?.state, 'admitted');
  agent.dictionary(['test.timed']);
  agent.send('ping', { id: 1, clock: { runMs: 2_000, wallMs: wallMs + 1_000, synchronised: true } });
  agent.tick(0, [1]);
  return agent;
}

export const falseTime: Attack = {
  threat: 25,
  about: 'three machines that say it is the year 2099',
  by: 'A3',
  guard: { file: 'appliance/store/clock/trust.ts', name: "source: 'configured'" },
  async control(scene) {
    const { agent, machine } = await scene.admitted('on time');
    agent.dictionary(['test.timed']);
    agent.tick(0, [1]);
    await agent.until('it is acknowledged', () => agent.acked().has(0));
    assert.ok(Math.abs(((await scene.box.store.machine(machine)).lastSampleMs ?? 0) - Date.now()) < 600_000);
  },
  async attack(scene) {
    const { store } = scene.box;
    const liars = [];
    for (let at = 0; at < 3; at++) liars.push(await liar(scene, `liar ${at}`));
    for (const agent of liars) await agent.until('it is acknowledged', () => agent.acked().has(0));
    const asked = await scene.stranger({ name: 'asks the time' });
    const told = asked.welcome?.clock;
    assert.ok(told?.trusted && Math.abs(told.wallMs - Date.now()) < 600_000, `the box says ${told?.wallMs}`);
    for (const { machine } of (await store.machines()).filter(({ name }) => name.startsWith('liar'))) {
      const { lastSampleMs } = await store.machine(machine);
      assert.ok(Math.abs((lastSampleMs ?? 0) - Date.now()) < 600_000, `a sample is of ${lastSampleMs}`);
    }
    return 'the clock stays; their samples are dated by the box';
  },
};

/** A box of its own, which does not know the time, and where nothing else says what it is. */
async function unsure() {
  return Appliance.start({
    daemons: ['store', 'ingest'],
    flags: { store: ['--clock', 'auto'] },
  });
}

export const twoLiars: Attack = {
  threat: 25,
  about: 'two machines that say it is 2099 to a box that does not know the time',
  by: 'A3',
  guard: { file: 'appliance/store/clock/votes.ts', name: 'quorum' },
  heavy: true,
  missing: async () =>
    clockSourceOf().synchronised()
      ? 'the clock of this computer is set by the network, so a box knows the time'
      : null,
  control: (scene) => falseTime.control(scene),
  async attack() {
    const box = await unsure();
    const agents: WireAgent[] = [];
    try {
      await box.ingest.startOpenHouse(tester);
      for (let at = 0; at < 2; at++) {
        const hello = { name: `liar ${at}`, wallMs, synchronised: true };
        const agent = await WireAgent.welcomed({ port: box.ports.door }, hello);
        agents.push(agent);
        await agent.until('it is let in', () => agent.of('admitted').length === 1);
        agent.send('ping', { id: 1, clock: { runMs: 2_000, wallMs: wallMs + 1_000, synchronised: true } });
      }
      await pause(2_000);
      await assert.rejects(box.ingest.createToken({ uses: 1, hours: 1, label: '' }, tester), {
        code: 'CONFLICT',
      });
      const asked = await WireAgent.greet({ port: box.ports.door }, { name: 'asks', pinned: false });
      agents.push(asked);
      assert.equal(asked.welcome?.clock.trusted, false);
      return 'the box stays unsure: no token is made, nothing ends by its date';
    } finally {
      for (const agent of agents) agent.cut();
      await box.stop();
    }
  },
};
