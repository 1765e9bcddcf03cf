/** Uses the copy of a machine's key (a cloned disk) while that machine speaks. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';

export const copiedKey: Attack = {
  threat: 7,
  about: 'a copy of the key of a machine that is connected',
  by: 'A4',
  guard: { file: 'appliance/ingest/sessions.ts', name: 'this.#onClone(' },
  journal: ['machine.clone'],
  async control(scene) {
    const { agent, identity, machine } = await scene.admitted('restarts');
    agent.cut();
    const again = await scene.stranger({ name: 'restarts' }, { identity });
    assert.equal(again.welcome?.machine, machine);
    again.send('ping', { id: 1 });
    await again.until('it is heard', () => again.of('pong').length === 1);
  },
  async attack(scene) {
    const { box } = scene;
    const { agent, identity, machine } = await scene.admitted('original');
    const copy = await scene.stranger({ name: 'original' }, { identity, localAddress: '127.4.8.1' });
    copy.dictionary(['test.copied']);
    copy.tick(0, [666]);
    await copy.until('both are out', () => copy.closed && agent.closed);
    assert.deepEqual([copy.errors[0]?.code, agent.errors[0]?.code], ['BUSY', 'BUSY']);
    assert.equal((await box.store.latest(machine)).length, 0, 'a sample of the copy was taken');
    const third = await scene.stranger({ name: 'original' }, { identity });
    assert.equal(third.errors[0]?.code, 'BUSY');
    const held = (await box.ingest.clones()).find((one) => one.machine === machine);
    assert.ok(held?.addresses.includes('127.4.8.1'), 'the box does not say from where');
    return 'both held and named with their addresses until a person decides; no sample of either';
  },
};
