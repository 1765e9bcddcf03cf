/** A machine that was taken over speaks in the name of another: its name, its number, its run. */
import assert from 'node:assert/strict';
import { encodeFrame } from '../../../appliance/protocol/frame.ts';
import { messageTypes } from '../../../appliance/protocol/messages.ts';
import type { Attack } from '../attack.ts';

const series = 'test.owned';

export const anotherMachine: Attack = {
  threat: 7,
  about: 'samples in the name of another machine',
  by: 'A3',
  guard: { file: 'appliance/ingest/reception.ts', name: 'roster.byKey(connection.keyHash)' },
  async control(scene) {
    const { agent, machine } = await scene.admitted('itself');
    agent.dictionary([series]);
    agent.tick(0, [5]);
    await agent.until('it is acknowledged', () => agent.acked().has(0));
    assert.equal((await scene.box.store.latest(machine))[0]?.value, 5);
  },
  async attack(scene) {
    const { store } = scene.box;
    const lastOf = async (machine: number) =>
      (await store.latest(machine)).find(({ name }) => name === series)?.value;
    const victim = await scene.admitted('victim');
    victim.agent.dictionary([series]);
    victim.agent.tick(0, [1]);
    const { identity } = await scene.admitted('taken over');
    // Its next hello says in every way that it is the other one.
    const liar = await scene.stranger(
      { name: 'victim', run: victim.agent.run, ...{ machine: victim.machine, id: victim.identity.id } },
      { identity },
    );
    assert.notEqual(liar.welcome?.machine, victim.machine);
    liar.dictionary([series]);
    for (let seq = 0; seq < 5; seq++) liar.tick(seq, [666]);
    liar.raw(
      encodeFrame(messageTypes.goodbye, Buffer.from(`{"reason":"shutdown","machine":${victim.machine}}`)),
    );
    await liar.until('the door has closed', () => liar.closed);
    // Neither were its ticks taken for the other's, nor do the other's now count as known.
    for (let seq = 1; seq < 5; seq++) victim.agent.tick(seq, [2]);
    await victim.agent.until('the other is acknowledged', () => victim.agent.acked().has(4));
    assert.equal(await lastOf(victim.machine), 2);
    const nowMs = Date.now();
    const range = { fromMs: nowMs - 3_600_000, toMs: nowMs + 60_000, points: 10 };
    const { columns } = await store.range({ machine: victim.machine, names: [series], ...range });
    assert.ok(
      (columns[0]?.max ?? []).every((value) => (value ?? 0) <= 2),
      'foreign values are in its history',
    );
    assert.equal((await store.machine(victim.machine)).state, 'up');
    return 'all of it counts as its own: the key decides, and a message cannot name another machine';
  },
};
