/** A machine that was removed goes on as if nothing had happened. */
import assert from 'node:assert/strict';
import { tester } from '../../helpers/machine.ts';
import type { Attack } from '../attack.ts';

export const removedMachine: Attack = {
  threat: 7,
  about: 'a machine that was removed, while "admit all" is on',
  by: 'A3',
  guard: { file: 'appliance/ingest/admission.ts', name: 'roster.isRevoked(' },
  journal: ['machine.removed'],
  async control(scene) {
    const { box } = scene;
    await box.ingest.startOpenHouse(tester);
    const agent = await scene.stranger({ name: 'newcomer' }, { localAddress: '127.4.9.1' });
    await agent.until(
      'it is let in',
      () => agent.of('admitted').length === 1 || agent.welcome?.state === 'admitted',
    );
    await box.ingest.stopOpenHouse(tester);
  },
  async attack(scene) {
    const { box } = scene;
    const { agent, identity, machine } = await scene.admitted('outcast');
    await box.ingest.remove(machine, tester);
    await agent.until('its connection is closed', () => agent.closed);
    assert.equal(agent.errors[0]?.code, 'REMOVED');
    await box.ingest.startOpenHouse(tester);
    try {
      const again = await scene.stranger({ name: 'outcast' }, { identity, localAddress: '127.4.9.2' });
      assert.equal(again.welcome?.state, 'waiting');
      const other = await scene.stranger({ name: 'newcomer' }, { localAddress: '127.4.9.3' });
      await other.until('another one is let in', () => other.of('admitted').length === 1);
      assert.equal(again.of('admitted').length, 0, 'it was let in, too');
      again.dictionary(['test.outcast']);
      await again.until('the door has closed', () => again.closed);
      assert.equal(again.errors[0]?.code, 'NOT_ADMITTED');
      const withToken = { name: 'outcast', token: scene.token };
      const third = await scene.stranger(withToken, { identity, localAddress: '127.4.9.2' });
      assert.equal(third.welcome?.state, 'waiting', 'a token lets it in');
    } finally {
      await box.ingest.stopOpenHouse(tester);
    }
    return 'REMOVED at once; it waits like a stranger, also while others are let in, and with a token';
  },
};
