/** Stands between a machine and the box while a person admits it: a box for the one, a machine for the other. */
import assert from 'node:assert/strict';
import { eventually } from '../../helpers/eventually.ts';
import { LinkedAgent } from '../../helpers/linked-agent.ts';
import { tester } from '../../helpers/machine.ts';
import { WireBox } from '../../helpers/wire-box.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';

const name = 'in the middle';

async function attack(scene: Scene): Promise<string> {
  const { box } = scene;
  const rogue = await WireBox.start({ admitted: [] });
  const machine = await LinkedAgent.start({ box: `127.0.0.1:${rogue.port}` });
  try {
    const towardsMachine = await rogue.session(0);
    const towardsBox = await scene.stranger({ name }, { pairs: false });
    const drawn = box.ingest.select(towardsBox.identity.id, tester);
    // First the box's own words are handed on: they are bound to the key that the machine sees.
    const commit = await eventually('the box commits', () => towardsBox.of('pairCommit')[0], { everyMs: 5 });
    towardsMachine.send('pairCommit', commit);
    const nonce = await eventually('the machine answers', () => towardsMachine.agentNonce, { everyMs: 5 });
    towardsBox.send('pairNonce', { nonce });
    const reveal = await eventually('the box reveals', () => towardsBox.of('pairReveal')[0], { everyMs: 5 });
    const { digits } = await drawn;
    towardsMachine.send('pairReveal', reveal);
    await eventually('the machine leaves', () => towardsMachine.closed, { everyMs: 5 });
    assert.match(machine.link.status().lastEnd ?? '', /cheats at pairing/);
    // Then words of his own: the digits are others, but for one case in a million.
    const again = await rogue.session(1);
    await again.select();
    assert.notEqual(await machine.digits(), digits);
    await machine.link.answer(await machine.digits(), false);
    await eventually('it is told', () => again.answer === false, { everyMs: 5 });
    assert.equal(machine.pins === undefined ? undefined : await machine.pins.current(), undefined);
    await box.ingest.deselect();
    return 'relayed: the commitment does not hold; of his own: the digits differ';
  } finally {
    await machine.stop();
    await rogue.stop();
  }
}

export const manInTheMiddle: Attack = {
  threat: 3,
  about: 'somebody who speaks with both sides while a machine is admitted',
  by: 'A1',
  guard: { file: 'agent/pairing.ts', name: 'commitmentHolds' },
  async control(scene) {
    const agent = await scene.stranger({ name: 'upright' });
    const { digits } = await scene.box.ingest.select(agent.identity.id, tester);
    await agent.until('the machine has digits', () => agent.digits !== null);
    assert.equal(agent.digits, digits);
  },
  attack,
};
