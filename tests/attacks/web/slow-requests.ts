/** Opens connections and sends next to nothing on them, for as long as the box lets them. */
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { eventually } from '../../helpers/eventually.ts';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';
import { counting, visiting } from './visitor.ts';

type Held = { name: string; socket: Socket; closed: boolean };

function hold(name: string, socket: Socket, start: string, piece: string, event: string): Held {
  const held: Held = { name, socket, closed: false };
  socket.on('error', () => undefined).resume();
  socket.once('close', () => {
    held.closed = true;
  });
  socket.once(event, () => {
    socket.write(start);
    const dribble = setInterval(() => socket.write(piece), 500);
    socket.once('close', () => clearInterval(dribble));
  });
  return held;
}

function slowOnes(scene: Scene): Held[] {
  const { https, http } = scene.box.ports;
  const tls = (name: string, localAddress: string, start: string, piece: string) => {
    const o = {
      host: '127.0.0.1',
      port: https,
      localAddress,
      ca: scene.certificate,
      servername: 'localhost',
    };
    return hold(name, connectTls(o), start, piece, 'secureConnect');
  };
  const plain = (name: string, port: number, localAddress: string, start: string, piece: string) =>
    hold(name, connect({ host: '127.0.0.1', port, localAddress }), start, piece, 'connect');
  const line = 'GET / HTTP/1.1\r\nHost: localhost\r\n';
  return [
    ...Array.from({ length: 8 }, () => tls('headers', '127.4.16.1', line, 'X-A: a\r\n')),
    ...Array.from({ length: 8 }, () => plain('a handshake', https, '127.4.16.2', '', '\x16')),
    ...Array.from({ length: 8 }, () => plain('headers on port 80', http, '127.4.16.3', line, 'X-A: a\r\n')),
  ];
}

export const slowRequests: Attack = {
  threat: 10,
  about:
    'headers and handshakes that come byte by byte (slowloris), and more connections than an address may have',
  by: 'A1',
  guard: { file: 'appliance/web/gate.ts', name: 'own.size >= limits.connectionsPerAddress' },
  heavy: true,
  async control(scene) {
    await visiting(scene, '127.4.16.9', async ({ ask }) => {
      for (let count = 0; count < 5; count++) assert.equal((await ask('/api/v1/status')).status, 200);
    });
  },
  async attack(scene) {
    const slow = slowOnes(scene);
    const many: Held[] = [];
    try {
      const refused = await counting(scene, 'connections_refused', async () => {
        for (let count = 0; count < 60; count++) {
          const o = { host: '127.0.0.1', port: scene.box.ports.https, localAddress: '127.4.16.4' };
          many.push(hold('one of many', connect(o), '', '', 'never'));
        }
        await eventually(
          'half of the many are turned away',
          () => many.filter((one) => one.closed).length >= 30,
        );
      });
      assert.ok(refused >= 30, `${refused} connections were refused`);
      await visiting(scene, '127.4.16.9', async ({ ask }) => {
        assert.equal((await ask('/api/v1/status')).status, 200);
      });
      await eventually('the slow ones are hung up on', () => slow.every(({ closed }) => closed), {
        withinMs: 30_000,
      });
    } finally {
      for (const { socket } of [...slow, ...many]) socket.destroy();
    }
    return `${slow.length} slow ones hung up on, 30 of 60 of one address turned away`;
  },
};
