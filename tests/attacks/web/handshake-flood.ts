/** Begins one handshake after another, which costs the box far more than whoever asks. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Attack } from '../attack.ts';
import type { Scene } from '../scene.ts';
import { counting, visiting } from './visitor.ts';

const flood = 160;

/** Connects, says something that is no handshake, and is gone; true if the box listened to it. */
function knock(scene: Scene, localAddress: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: scene.box.ports.https, localAddress });
    socket.on('error', () => undefined);
    socket.once('connect', () => socket.end('no handshake\r\n\r\n'));
    socket.resume().once('close', () => resolve());
  });
}

function handshake(scene: Scene, maxVersion: 'TLSv1.1' | 'TLSv1.3'): Promise<string> {
  const minVersion = maxVersion === 'TLSv1.1' ? 'TLSv1' : 'TLSv1.2';
  return new Promise((resolve) => {
    const socket = connectTls({
      ...{ host: '127.0.0.1', port: scene.box.ports.https, localAddress: '127.4.17.3' },
      ...{ ca: scene.certificate, servername: 'localhost', minVersion, maxVersion },
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    socket.once('secureConnect', () => {
      resolve(socket.getProtocol() ?? 'none');
      socket.destroy();
    });
    socket.once('error', () => resolve('refused'));
  });
}

export const handshakeFlood: Attack = {
  threat: 10,
  about: 'a flood of handshakes from one address, and handshakes of old versions',
  by: 'A1',
  guard: { file: 'appliance/web/gate.ts', name: 'limits.handshakesPerAddress * burstS' },
  async control(scene) {
    assert.equal(await handshake(scene, 'TLSv1.3'), 'TLSv1.3');
  },
  async attack(scene) {
    assert.equal(await handshake(scene, 'TLSv1.1'), 'refused');
    const refused = await counting(scene, 'connections_refused', async () => {
      for (let count = 0; count < flood / 8; count++)
        await Promise.all(Array.from({ length: 8 }, () => knock(scene, '127.4.17.1')));
    });
    assert.ok(refused > 0, 'all handshakes of one address were answered');
    await visiting(scene, '127.4.17.2', async ({ ask }) => {
      assert.equal((await ask('/api/v1/status')).status, 200, 'another address is not served');
    });
    return `${refused} of ${flood} turned away; TLS 1.1 refused`;
  },
};
