/** Bodies that cost the reader more than the sender: huge, deep, many keys, keys that reach into prototypes, packed. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { gzipSync } from 'node:zlib';
import type { Attack } from '../attack.ts';
import { admin, type Scene } from '../scene.ts';
import { visiting } from './visitor.ts';

const given = JSON.stringify(admin).slice(1);
const bodies: Readonly<Record<string, string>> = {
  'ten thousand levels': '['.repeat(10_000),
  'closed levels': `${'[['.repeat(2_000)}1${']]'.repeat(2_000)}`,
  'many keys': `{${Array.from({ length: 20_000 }, (_, index) => `"k${index}":0`).join(',')}}`,
  'a prototype': `{"__proto__":{"role":"admin"},${given}`,
  'a constructor': `{"constructor":{"prototype":{"role":"admin"}},${given}`,
  'an escaped prototype': `{"\\u005f_proto__":{"role":"admin"},${given}`,
  'a key too many': `{"role":"admin",${given}`,
  'not a number': `{"name":NaN,"password":Infinity}`,
  'numbers for words': `{"name":9223372036854775808,"password":1e999}`,
  'a byte order mark twice': `\ufeff\ufeff{${given}`,
  'a list of one': `[{${given}]`,
  comments: `/* */{${given}`,
  packed: gzipSync('['.repeat(200_000)).toString('latin1'),
  'a NUL': `{"name":"Marie\\u0000","password":"x"}\0`,
};

const halfLetters = String.raw`{"name":"\ud800","password":"\udfff and some more"}`;

const residentMb = async (scene: Scene): Promise<number> => {
  const status = await readFile(`/proc/${scene.box.program('web').pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
};

/** Sends without end, in pieces without a length; says after how many bytes the box had enough. */
function endless(scene: Scene, localAddress: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...{ host: '127.0.0.1', port: scene.box.ports.https, localAddress },
      ...{ ca: scene.certificate, servername: 'localhost' },
    });
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    let sent = 0;
    const more = (): void => {
      if (socket.destroyed) return;
      sent += piece.length;
      if (sent > 2 ** 30) return void socket.destroy();
      if (socket.write(piece)) setImmediate(more);
      else socket.once('drain', more);
    };
    socket.once('secureConnect', () => {
      socket.write(
        'POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
      );
      more();
    });
    socket.resume();
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.once('close', () => resolve(sent));
  });
}

export const hostileJson: Attack = {
  threat: 9,
  about: 'bodies without end, deep, packed, with keys that reach into prototypes, before signing in',
  by: 'A1',
  guard: { file: 'appliance/web/app.ts', name: 'bodyLimit: limits.bodyBytes' },
  heavy: true,
  async control(scene) {
    const answer = await visiting(scene, '127.4.15.1', ({ ask }) =>
      ask('/api/v1/session', { method: 'POST', body: admin }),
    );
    assert.equal(answer.status, 204);
  },
  async attack(scene) {
    const beforeMb = await residentMb(scene);
    await visiting(scene, '127.4.15.2', async ({ ask }) => {
      for (const [name, raw] of Object.entries(bodies)) {
        const headers: Record<string, string> = name === 'packed' ? { 'content-encoding': 'gzip' } : {};
        const answer = await ask('/api/v1/session', { method: 'POST', raw, headers });
        assert.equal(answer.status, 400, `${name} was answered ${answer.status} ${answer.text}`);
        assert.equal(answer.headers['set-cookie'], undefined, name);
      }
      // Good JSON, of which half a letter is a name: nobody is called that.
      const half = await ask('/api/v1/session', { method: 'POST', raw: halfLetters });
      assert.equal(half.status, 401, half.text);
      const large = await ask('/api/v1/session', { method: 'POST', raw: ' '.repeat(300 * 1024) });
      assert.equal(large.status, 413);
    });
    const taken = await endless(scene, '127.4.15.3');
    assert.ok(taken < 64 * 2 ** 20, `${taken} bytes of a body without end were taken`);
    const grownMb = (await residentMb(scene)) - beforeMb;
    assert.ok(grownMb < 50, `web grew by ${grownMb.toFixed(0)} MB`);
    return `400 for ${Object.keys(bodies).length} bodies, 413, hung up within ${Math.ceil(taken / 2 ** 20)} MiB`;
  },
};
