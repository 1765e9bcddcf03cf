/** Somebody on the network sends samples without having been admitted. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';

export const unpairedSamples: Attack = {
  threat: 6,
  about: 'samples and new series from a machine that nobody admitted',
  by: 'A1',
  guard: { file: 'appliance/ingest/waiting-room.ts', name: 'accepts' },
  async control(scene) {
    const { agent } = await scene.admitted('honest');
    agent.dictionary(['test.honest']);
    agent.tick(0, [1]);
    await agent.until('the admitted machine is acknowledged', () => agent.acked().has(0));
  },
  async attack(scene) {
    const { box } = scene;
    const before = await box.store.health();
    const agent = await scene.stranger({ name: 'stranger' });
    assert.equal(agent.welcome?.state, 'waiting');
    agent.dictionary(['attack.forged']);
    agent.tick(0, [666]);
    await agent.until('the door has closed', () => agent.closed);
    assert.equal(agent.errors[0]?.code, 'NOT_ADMITTED');
    assert.equal(agent.acked().size, 0);
    const after = await box.store.health();
    assert.equal(after.series, before.series, 'a series was made');
    const names = (await box.store.machines()).map(({ name }) => name);
    assert.equal(names.includes('stranger'), false, 'a machine was made');
    return 'NOT_ADMITTED, closed, no series made';
  },
};
