/** Knocks again and again with new keys after a person has said no. */
import assert from 'node:assert/strict';
import { tester } from '../../helpers/machine.ts';
import type { Attack } from '../attack.ts';

const localAddress = '127.4.5.1';

export const refusedThrice: Attack = {
  threat: 4,
  about: 'a machine that comes back with a new key each time it is refused',
  by: 'A1',
  guard: { file: 'appliance/ingest/refused-addresses.ts', name: '>= refusalsUntilSilence' },
  journal: ['machine.refused'],
  async control(scene) {
    const once = { localAddress: '127.4.5.2' };
    const agent = await scene.stranger({ name: 'refused once' }, once);
    await scene.box.ingest.refuse(agent.identity.id, tester);
    await agent.until('it is told', () => agent.closed);
    assert.equal((await scene.stranger({ name: 'again' }, once)).welcome?.state, 'waiting');
  },
  async attack(scene) {
    for (let time = 1; time <= 3; time++) {
      const agent = await scene.stranger({ name: `refused ${time}` }, { localAddress });
      assert.equal(agent.welcome?.state, 'waiting');
      await scene.box.ingest.refuse(agent.identity.id, tester);
      await agent.until('it is told', () => agent.closed);
    }
    const agent = await scene.stranger({ name: 'a fourth time' }, { localAddress });
    const retryMs = agent.of('refused')[0]?.retryMs ?? 0;
    assert.ok(retryMs >= 600_000, `it is told to come back in ${retryMs} ms`);
    assert.equal(
      (await scene.box.ingest.waiting()).some(({ name }) => name === 'a fourth time'),
      false,
    );
    return 'refused for ten minutes, whatever its key';
  },
};
