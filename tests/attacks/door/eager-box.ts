/** Meets a machine that knows no box yet, admits it unasked, and waits for its samples. */
import assert from 'node:assert/strict';
import { eventually } from '../../helpers/eventually.ts';
import { LinkedAgent } from '../../helpers/linked-agent.ts';
import { tester } from '../../helpers/machine.ts';
import { WireBox } from '../../helpers/wire-box.ts';
import type { Attack } from '../attack.ts';

export const eagerBox: Attack = {
  threat: 1,
  about: 'a box that admits a machine which trusts no box yet',
  by: 'A1',
  guard: { file: 'agent/session.ts', name: '!this.#trusted' },
  async control({ box }) {
    const machine = await LinkedAgent.start({ box: `127.0.0.1:${box.ports.door}` });
    try {
      await machine.state('waiting');
      const id = machine.identity.hash;
      const { digits } = await box.ingest.select(id, tester);
      assert.equal(await machine.digits(), digits);
      await machine.link.answer(digits ?? '', true);
      await box.ingest.admit(id, digits ?? '', tester);
      await machine.state('sending');
    } finally {
      await machine.stop();
    }
  },
  async attack() {
    const rogue = await WireBox.start({ admitted: 'all', acknowledge: true });
    const machine = await LinkedAgent.start({ box: `127.0.0.1:${rogue.port}` });
    try {
      const session = await rogue.session(0);
      for (let at = 0; at < 5; at++) machine.tick(at / 10);
      session.admit();
      const shown = await session.select();
      assert.equal(await machine.digits(), shown);
      session.send('ping', { id: 7 });
      await eventually('it has answered what came before', () => session.heard.includes('pong'), {
        everyMs: 5,
      });
      assert.deepEqual(new Set(session.heard), new Set(['hello', 'pairNonce', 'pong']));
      assert.equal(session.ticks.length, 0);
      return 'hello and six digits, not one sample';
    } finally {
      await machine.stop();
      await rogue.stop();
    }
  },
};
