/** Fills the waiting room with machines that do not exist. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';

const crowd = 12;

export const crowdedRoom: Attack = {
  threat: 4,
  about: 'a crowd of invented machines in the waiting room',
  by: 'A1',
  guard: { file: 'appliance/ingest/room-places.ts', name: 'here.length >= machinesByAddress' },
  async control(scene) {
    for (let at = 0; at < 4; at++) {
      const agent = await scene.stranger({ name: `neighbour ${at}` }, { localAddress: '127.4.6.2' });
      assert.equal(agent.welcome?.state, 'waiting');
    }
  },
  async attack(scene) {
    const answers: string[] = [];
    for (let at = 0; at < crowd; at++) {
      const agent = await scene.stranger({ name: `nobody ${at}` }, { localAddress: '127.4.6.1' });
      answers.push(agent.welcome?.state ?? agent.errors[0]?.code ?? 'closed');
    }
    const waiting = (await scene.box.ingest.waiting()).filter(({ address }) => address === '127.4.6.1');
    assert.ok(waiting.length <= 4, `${waiting.length} of one address wait`);
    const honest = await scene.stranger({ name: 'honest' }, { localAddress: '127.4.6.3' });
    assert.equal(honest.welcome?.state, 'waiting');
    return `${waiting.length} of ${crowd} wait, the others ${answers.at(-1)}; another address comes in`;
  },
};
