/** Asks /get for files that are no packages, and for packages where none are built. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Attack } from '../attack.ts';
import { offerPackages, packageName } from './packages-on-offer.ts';
import { visiting } from './visitor.ts';

const names = [
  ...[
    'packages.json',
    'install.sh',
    'unlisted.deb',
    '..%2fsecret.txt',
    '%2e%2e%2fsecret.txt',
    '..%5csecret.txt',
  ],
  ...[
    '....%2f%2fsecret.txt',
    `${packageName}%00.txt`,
    `${packageName}%2f..%2f..%2fsecret.txt`,
    '%2fetc%2fpasswd',
  ],
  ...['__proto__', 'constructor', 'CON', '.', '%2e%2e', `${packageName}::$DATA`, '\\\\server\\share\\a.deb'],
];

export const unlistedPackages: Attack = {
  threat: 16,
  about: 'files beside the packages of /get, and packages that are not built',
  by: 'A1',
  guard: { file: 'appliance/web/get/routes.ts', name: 'namedIn' },
  async control(scene) {
    await offerPackages(scene);
    assert.equal((await scene.ask(`/get/packages/${packageName}`)).text, 'a package');
  },
  attack: (scene) =>
    visiting(scene, '127.4.12.2', async ({ ask }) => {
      for (const name of names) {
        const { status, text } = await ask(`/get/packages/${name}`);
        assert.doesNotMatch(text, /SECRET|root:|"sha256"|PRIVATE KEY/, name);
        assert.ok(status === 404 || status === 400, `${name} was answered ${status}`);
      }
      await rm(join(scene.packagesDir, 'packages.json'));
      for (const path of ['install.sh', 'install.ps1', `packages/${packageName}`]) {
        const { status, text } = await ask(`/get/${path}`);
        assert.equal(status, 404, path);
        assert.doesNotMatch(text, /a package|installed/, path);
      }
      return `nothing but what is listed, ${names.length} times; nothing at all without a list`;
    }),
};
