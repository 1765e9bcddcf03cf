/** Comes to the door in every way but the right one: without TLS, with an old one, without a key or with another kind of key. */
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { connect as connectPlain } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { encodeMessage } from '../../../appliance/protocol/messages.ts';
import { type WireAgent, wireIdentity } from '../../helpers/wire-agent.ts';
import type { Attack } from '../attack.ts';

type Knock = Pick<ConnectionOptions, 'key' | 'cert' | 'minVersion' | 'maxVersion' | 'ALPNProtocols'>;

/** What the door says to a hello by a handshake of this kind; '' when it hangs up. */
function answerTo(port: number, hello: Uint8Array, knock: Knock | 'plain'): Promise<string> {
  return new Promise((resolve) => {
    const where = { host: '127.0.0.1', port, localAddress: '127.4.7.1' };
    const socket =
      knock === 'plain'
        ? connectPlain(where)
        : connect({ ...where, rejectUnauthorized: false, minVersion: 'TLSv1.2', ...knock });
    let said = '';
    socket.on(knock === 'plain' ? 'connect' : 'secureConnect', () => socket.write(hello));
    socket.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1');
      socket.destroy();
    });
    socket.on('error', () => undefined); // an alert is a refusal
    socket.on('close', () => resolve(said));
  });
}

const alpn = ['netmonitor/1'];
const kinds = (own: { key: string; cert: string }): Record<string, Knock | 'plain'> => {
  const big = wireIdentity(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey);
  return {
    'no TLS': 'plain',
    'TLS 1.2': { ...own, ALPNProtocols: alpn, maxVersion: 'TLSv1.2' },
    'no certificate': { ALPNProtocols: alpn },
    'another curve': { key: big.keyPem, cert: big.certificatePem, ALPNProtocols: alpn },
    'another protocol': { ...own, ALPNProtocols: ['http/1.1'] },
    'no protocol': own,
  };
};

export const otherHandshakes: Attack = {
  threat: 6,
  about: 'samples pushed without TLS, by an old one, without a key or with another kind',
  by: 'A1',
  guard: { file: 'appliance/ingest/door.ts', name: 'function keyHashOf' },
  async control(scene) {
    const agent = await scene.stranger({ name: 'proper' }, { localAddress: '127.4.7.1' });
    assert.equal(agent.welcome?.state, 'waiting');
  },
  async attack(scene) {
    const template: WireAgent = await scene.stranger({ name: 'proper' });
    const hello = encodeMessage('hello', template.hello({ name: 'improper' }));
    const { keyPem: key, certificatePem: cert } = wireIdentity();
    const refused: string[] = [];
    for (const [kind, knock] of Object.entries(kinds({ key, cert }))) {
      assert.equal(await answerTo(scene.box.ports.door, hello, knock), '', `${kind} was answered`);
      refused.push(kind);
    }
    const waiting = await scene.box.ingest.waiting();
    assert.equal(
      waiting.some(({ name }) => name === 'improper'),
      false,
    );
    return `hung up on: ${refused.join(', ')}`;
  },
};
