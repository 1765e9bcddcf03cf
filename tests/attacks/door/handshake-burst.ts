/** Begins more handshakes a second than the box's processor has time for, from many addresses. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../helpers/eventually.ts';
import type { Attack } from '../attack.ts';

const addresses = 40;
const ofEach = 4;
/** At once, and what a second more brings. */
const most = 100;

export const handshakeBurst: Attack = {
  threat: 10,
  about: 'handshakes from many addresses at once',
  by: 'A1',
  guard: { file: 'appliance/ingest/gate.ts', name: '!handshakes.take(nowMs)' },
  async control(scene) {
    const agent = await scene.stranger({ name: 'one handshake' }, { localAddress: '127.4.15.200' });
    assert.equal(agent.welcome?.state, 'waiting');
  },
  async attack(scene) {
    const { box } = scene;
    const before = (await box.ingest.door()).refusedConnections;
    const sockets: Socket[] = [];
    let closed = 0;
    for (let at = 0; at < addresses * ofEach; at++) {
      const localAddress = `127.4.15.${1 + (at % addresses)}`;
      const socket = connect({ host: '127.0.0.1', port: box.ports.door, localAddress });
      socket.on('error', () => undefined); // a reset is a refusal
      socket.on('close', () => {
        closed += 1;
      });
      sockets.push(socket.resume());
    }
    try {
      await eventually('the others are out', () => closed >= sockets.length - most, { withinMs: 4_000 });
      const refused = (await box.ingest.door()).refusedConnections - before;
      assert.ok(refused >= sockets.length - most, `${refused} were counted`);
      // An address from which a machine was admitted has handshakes of its own.
      await scene.admitted('comes back in the burst');
      return `${closed} of ${sockets.length} turned away before TLS; a known address comes in`;
    } finally {
      for (const socket of sockets) socket.destroy();
      await pause(1_100); // whoever attacks next has a second of his own
    }
  },
};
