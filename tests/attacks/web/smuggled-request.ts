/** Hides a second request in a first one, or headers in a value, so that two readers would disagree where one ends. */
import assert from 'node:assert/strict';
import type { Attack } from '../attack.ts';
import { sendRaw } from './visitor.ts';

const hidden = 'GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n';
const head = 'POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

const requests: Readonly<Record<string, string>> = {
  'both lengths': `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'two lengths': `${head}Content-Length: 2\r\nContent-Length: 60\r\n\r\n{}${hidden}`,
  'a list of lengths': `${head}Content-Length: 2, 60\r\n\r\n{}${hidden}`,
  'a length with a sign': `${head}Content-Length: +2\r\n\r\n{}${hidden}`,
  'a length in hex': `${head}Content-Length: 0x2\r\n\r\n{}${hidden}`,
  'an unknown coding': `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
  'a space before the colon': `${head}Transfer-Encoding : chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${hidden}`,
  'a folded header': `${head}Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${hidden}`,
  'lines without a carriage return': `POST /api/v1/session HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\n\n0\n\n${hidden}`,
  'a bad chunk': `${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}XX\r\n0\r\n\r\n${hidden}`,
  'a NUL in a value': `${head}X-A: a\0b\r\nContent-Length: 2\r\n\r\n{}${hidden}`,
  'a bare carriage return': `${head}X-A: a\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n${hidden}`,
  'two hosts': `GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n`,
  'no host': `GET /api/v1/status HTTP/1.1\r\n\r\n${hidden}`,
  'an old version': `GET /api/v1/status HTTP/0.9\r\nHost: localhost\r\n\r\n${hidden}`,
  'a method of its own': `STEAL /api/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n${hidden}`,
  'headers without end': `GET / HTTP/1.1\r\nHost: localhost\r\n${'X-A: aaaaaaaaaaaaaaaa\r\n'.repeat(1_000)}\r\n${hidden}`,
};

export const smuggledRequest: Attack = {
  threat: 11,
  about: 'a second request hidden in the first, headers that two readers read differently',
  by: 'A1',
  guard: { file: 'appliance/web/app.ts', name: 'clientErrorHandler: refuseConnection' },
  async control(scene) {
    const two = `${hidden}${hidden.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`;
    const answers = (await sendRaw(scene, '127.4.13.1', two)).match(/HTTP\/1\.1 200 /g);
    assert.equal(answers?.length, 2, 'two requests on one connection');
  },
  async attack(scene) {
    for (const [name, bytes] of Object.entries(requests)) {
      const text = await sendRaw(scene, '127.4.13.2', bytes);
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
      assert.equal(text.includes('"version"'), false, `${name}: the hidden request was answered`);
      assert.ok(statuses.length <= 1, `${name}: ${statuses.join(' ')}`);
      assert.ok(
        statuses[0] === undefined || (statuses[0] >= 400 && statuses[0] < 500),
        `${name}: ${statuses[0]}`,
      );
    }
    return `refused and hung up, ${Object.keys(requests).length} ways`;
  },
};
