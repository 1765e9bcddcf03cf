/** Asks the page's server for files that are not of the page. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attack } from '../attack.ts';
import { sendRaw, visiting } from './visitor.ts';

const up = [
  '../',
  '..%2f',
  '%2e%2e/',
  '%2e%2e%2f',
  '..\\',
  '..%5c',
  '....//',
  '%252e%252e%252f',
  '..%c0%af',
  '..;/',
];
const secrets = ['secret.txt', 'state/web/identity.pem', 'etc/passwd'];
const odd = [
  '/assets/secret.txt%00.js',
  '/assets%00/../../secret.txt',
  '//etc/passwd',
  '/\\\\server/share/secret.txt',
  '/file:///etc/passwd',
  '/.env',
  '/assets/.hidden',
  '/CON',
  '/assets/aux.txt::$DATA',
  '/index.html',
  '/assets/',
  '/assets/app.js/',
];

export const pathTraversal: Attack = {
  threat: 16,
  about: 'files beside the page: .., its many spellings, NUL, UNC, device names, hidden files',
  by: 'A1',
  guard: { file: 'appliance/web/pages.ts', name: 'allowedPath' },
  async control({ ask, pageDir }) {
    await mkdir(join(pageDir, 'assets'), { recursive: true });
    await writeFile(join(pageDir, 'assets', 'app.js'), 'the page');
    await writeFile(join(pageDir, 'assets', '.hidden'), 'SECRET');
    await writeFile(join(pageDir, '..', 'secret.txt'), 'SECRET');
    assert.equal((await ask('/assets/app.js')).text, 'the page');
  },
  attack: (scene) =>
    visiting(scene, '127.4.12.1', async ({ ask }) => {
      const paths = [
        ...odd,
        ...up.flatMap((one) =>
          secrets.flatMap((secret) => [`/${one.repeat(6)}${secret}`, `/assets/${one.repeat(2)}${secret}`]),
        ),
      ];
      for (const path of paths) {
        const { status, text } = await ask(path, { headers: { accept: 'text/html' } });
        assert.doesNotMatch(text, /SECRET|root:|PRIVATE KEY/, path);
        assert.ok([200, 400, 403, 404].includes(status), `${path} was answered ${status}`);
        if (status === 200) assert.match(text, /^<!doctype html>|^the page$/, path);
      }
      // A client that does not tidy up what it asks for.
      const raw = `GET /../../secret.txt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
      assert.doesNotMatch(await sendRaw(scene, '127.4.12.1', raw), /SECRET/);
      return `nothing but the page, ${paths.length + 1} times`;
    }),
};
