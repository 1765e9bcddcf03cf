/** A machine that was taken over talks as fast as the network takes it. */
import assert from 'node:assert/strict';
import { limits } from '../../../appliance/protocol/limits.ts';
import { encodeMessage } from '../../../appliance/protocol/messages.ts';
import type { Attack } from '../attack.ts';

const burst = 40;
const flood = 2_000;
const lastsMs = 1_500;

export const messageFlood: Attack = {
  threat: 10,
  about: 'thousands of messages at once from an admitted machine',
  by: 'A3',
  guard: { file: 'appliance/ingest/connection.ts', name: '!bucket.take(nowMs)' },
  async control(scene) {
    const { agent } = await scene.admitted('moderate');
    for (let id = 0; id < 20; id++) agent.send('ping', { id });
    await agent.until('each is answered', () => agent.of('pong').length === 20);
  },
  async attack(scene) {
    const { agent, identity } = await scene.admitted('chatterbox');
    const startedMs = performance.now();
    const pings = Buffer.concat(
      Array.from({ length: flood }, (_, id) => Buffer.from(encodeMessage('ping', { id }))),
    );
    agent.raw(pings);
    await new Promise((resolve) => setTimeout(resolve, lastsMs));
    // Its allowance is the machine's: a new connection begins nothing anew.
    const again = await scene.stranger({ name: 'chatterbox', run: agent.run }, { identity });
    again.raw(pings);
    await new Promise((resolve) => setTimeout(resolve, lastsMs));
    const heard = agent.of('pong').length + again.of('pong').length;
    const allowed = burst + ((performance.now() - startedMs) / 1_000) * limits.messagesPerSecond;
    assert.ok(heard > 0, 'it is not heard at all');
    assert.ok(heard <= allowed + 2, `${heard} were taken, ${Math.round(allowed)} are allowed`);
    return `${heard} of ${2 * flood} read in ${(2 * lastsMs) / 1_000} s, the others wait at its own side`;
  },
};
