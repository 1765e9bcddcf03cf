/** Begins a conversation and never goes on: before TLS, within it, and before hello. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { limits } from '../../../appliance/protocol/limits.ts';
import { eventually } from '../../helpers/eventually.ts';
import { WireAgent } from '../../helpers/wire-agent.ts';
import type { Attack } from '../attack.ts';

/** The first bytes of a ClientHello of 512 bytes. */
const begun = Buffer.from('16030102000100', 'hex');

export const stalledHandshakes: Attack = {
  threat: 10,
  about: 'handshakes that never end, and a silence instead of hello',
  by: 'A1',
  guard: { file: 'appliance/ingest/door.ts', name: 'handshakeTimeout' },
  async control(scene) {
    const agent = await scene.stranger({ name: 'quick' }, { localAddress: '127.4.13.9' });
    assert.equal(agent.welcome?.state, 'waiting');
  },
  async attack(scene) {
    const where = { host: '127.0.0.1', port: scene.box.ports.door };
    const sockets: Socket[] = [];
    let closed = 0;
    for (let at = 0; at < 6; at++) {
      const socket = connect({ ...where, localAddress: `127.4.13.${1 + (at % 2)}` });
      socket.on('error', () => undefined); // a reset is a refusal
      socket.on('close', () => {
        closed += 1;
      });
      if (at % 2 === 0) socket.write(begun);
      sockets.push(socket.resume());
    }
    const silent = new WireAgent({ port: where.port, localAddress: '127.4.13.3' });
    try {
      const inTime = { withinMs: 4 * limits.handshakeMs };
      await eventually('all of them are out', () => closed === sockets.length && silent.closed, inTime);
      return `closed ${closed} handshakes and 1 silence, ${limits.handshakeMs / 1000} s each`;
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.cut();
    }
  },
};
