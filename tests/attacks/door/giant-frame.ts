/** Announces a frame of a gigabyte, and begins to send it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { encodeFrame } from '../../../appliance/protocol/frame.ts';
import { limits } from '../../../appliance/protocol/limits.ts';
import { messageTypes } from '../../../appliance/protocol/messages.ts';
import { gauge, type WireAgent } from '../../helpers/wire-agent.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';

const strangerBytes = 8 * 1024;

async function memoryMb({ box }: Scene): Promise<number> {
  const status = await readFile(`/proc/${box.program('ingest').pid}/status`, 'utf8');
  return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1.024) / 1_000;
}

/** The beginning of a frame that says it is this long. */
function announce(agent: WireAgent, bytes: number, type: number, begun = 16): void {
  const head = Buffer.alloc(5 + begun, 0x20);
  head.writeUInt32BE(bytes, 0);
  head[4] = type;
  agent.raw(head);
}

export const giantFrame: Attack = {
  threat: 9,
  about: 'frames of a gigabyte, and 8 KiB before admission',
  by: 'A1',
  guard: { file: 'appliance/ingest/connection.ts', name: 'tooLong(' },
  async control(scene) {
    const { agent } = await scene.admitted('talkative');
    const series = Array.from({ length: 400 }, (_, at) => gauge(`test.${'long'.repeat(20)}:${at}`));
    const body = Buffer.from(JSON.stringify({ from: 0, series }));
    assert.ok(body.length > strangerBytes && body.length < limits.frameBytes);
    agent.raw(encodeFrame(messageTypes.dictionary, body));
    agent.tick(0, new Array(400).fill(1));
    await agent.until('it is acknowledged', () => agent.acked().has(0));
  },
  async attack(scene) {
    const beforeMb = await memoryMb(scene);
    const { agent: machine } = await scene.admitted('boastful');
    announce(machine, 2 ** 30, messageTypes.facts);
    const large = await scene.stranger({ name: 'large' }, { localAddress: '127.4.11.1' });
    announce(large, 2 ** 30, messageTypes.pairNonce);
    const medium = await scene.stranger({ name: 'medium' }, { localAddress: '127.4.11.2' });
    announce(medium, limits.frameBytes, messageTypes.pairNonce, 2 * strangerBytes);
    for (const agent of [machine, large, medium]) {
      await agent.until('the door has closed', () => agent.closed);
      assert.equal(agent.errors[0]?.code, 'MALFORMED');
    }
    const grownMb = (await memoryMb(scene)) - beforeMb;
    assert.ok(grownMb < 32, `the door has grown by ${grownMb} MB`);
    return 'MALFORMED and closed at the announcement, and at 8 KiB before admission';
  },
};
