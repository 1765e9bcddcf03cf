/** Draws digits with a machine, again and again, until they are those that the true box shows. */
import assert from 'node:assert/strict';
import { eventually } from '../../helpers/eventually.ts';
import { LinkedAgent } from '../../helpers/linked-agent.ts';
import { WireBox } from '../../helpers/wire-box.ts';
import type { Attack } from '../attack.ts';

export const hurriedDraws: Attack = {
  threat: 3,
  about: 'a box that draws digits until they fit',
  by: 'A1',
  guard: { file: 'agent/pairing.ts', name: 'it draws digits too often' },
  async control() {
    const box = await WireBox.start();
    const machine = await LinkedAgent.start({ box: `127.0.0.1:${box.port}` });
    try {
      const session = await box.session(0);
      for (let at = 0; at < 3; at++) assert.equal(await session.select(), await machine.digits());
    } finally {
      await machine.stop();
      await box.stop();
    }
  },
  async attack() {
    const rogue = await WireBox.start();
    const machine = await LinkedAgent.start({ box: `127.0.0.1:${rogue.port}` });
    try {
      const session = await rogue.session(0);
      for (let at = 0; at < 200; at++) session.send('pairCommit', { commit: 'ab'.repeat(32) });
      session.send('ping', { id: 1 });
      await eventually(
        'it leaves, or has answered all',
        () => session.closed || session.heard.includes('pong'),
      );
      const answered = session.heard.filter((kind) => kind === 'pairNonce').length;
      assert.ok(session.closed && answered <= 8, `it answered ${answered} of 200 draws`);
      return `closed after ${answered} draws`;
    } finally {
      await machine.stop();
      await rogue.stop();
    }
  },
};
