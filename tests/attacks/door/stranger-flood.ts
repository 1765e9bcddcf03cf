/** Holds connections open, more than one address may have. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { eventually } from '../../helpers/eventually.ts';
import type { Attack } from '../attack.ts';

const most = 8;
const crowd = 40;

export const strangerFlood: Attack = {
  threat: 10,
  about: 'connections without end from one address',
  by: 'A1',
  guard: { file: 'appliance/ingest/gate.ts', name: 'strangersByAddress' },
  async control(scene) {
    const agent = await scene.stranger({ name: 'one connection' }, { localAddress: '127.4.12.2' });
    assert.equal(agent.welcome?.state, 'waiting');
  },
  async attack(scene) {
    const { box } = scene;
    const before = (await box.ingest.door()).refusedConnections;
    const sockets: Socket[] = [];
    let closed = 0;
    try {
      for (let at = 0; at < crowd; at++) {
        const socket = connect({ host: '127.0.0.1', port: box.ports.door, localAddress: '127.4.12.1' });
        socket.on('error', () => undefined); // a reset is a refusal
        socket.on('close', () => {
          closed += 1;
        });
        sockets.push(socket.resume());
      }
      await eventually('the others are out', () => closed >= crowd - most, { withinMs: 4_000 });
      const refused = (await box.ingest.door()).refusedConnections - before;
      assert.ok(refused >= crowd - most, `${refused} were counted`);
      // Another address has its own places meanwhile, and so has a machine that comes back.
      const other = await scene.stranger({ name: 'elsewhere' }, { localAddress: '127.4.12.3' });
      assert.equal(other.welcome?.state, 'waiting');
      await scene.admitted('comes back');
      return `${closed} of ${crowd} turned away before TLS and counted`;
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  },
};
