/** Sends another nonce once the box has revealed its own, to choose which digits the box shows. */
import assert from 'node:assert/strict';
import { newNonce } from '../../../appliance/protocol/pairing.ts';
import { tester } from '../../helpers/machine.ts';
import type { Attack } from '../attack.ts';

export const secondNonce: Attack = {
  threat: 3,
  about: 'a machine that chooses its nonce when it knows what the box shows',
  by: 'A1',
  guard: { file: 'appliance/ingest/waiting-room.ts', name: 'one nonce is taken for each selection' },
  async control(scene) {
    const agent = await scene.stranger({ name: 'one guess' }, { pairs: false });
    agent.send('pairNonce', { nonce: newNonce() }); // Crosses the end of a selection: harmless.
    agent.send('ping', { id: 1 });
    await agent.until('it is still heard', () => agent.of('pong').length === 1);
  },
  async attack(scene) {
    const { ingest } = scene.box;
    const agent = await scene.stranger({ name: 'two guesses' }, { pairs: false });
    const { id } = agent.identity;
    const drawn = ingest.select(id, tester);
    await agent.until('the box commits', () => agent.of('pairCommit').length === 1);
    agent.send('pairNonce', { nonce: newNonce() });
    await agent.until('the box reveals', () => agent.of('pairReveal').length === 1);
    const { digits } = await drawn;
    agent.send('pairNonce', { nonce: newNonce() });
    await agent.until('the door has closed', () => agent.closed);
    assert.equal(agent.errors[0]?.code, 'MALFORMED');
    await assert.rejects(ingest.admit(id, digits ?? '', tester), { code: 'CONFLICT' });
    return 'MALFORMED, closed, the digits drawn so far admit nobody';
  },
};
