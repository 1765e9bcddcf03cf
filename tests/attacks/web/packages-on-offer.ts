/** Packages that the attacked box offers: a few bytes, and a script that only says where it would fetch them. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scene } from '../scene.ts';

export const packageName = 'netmonitor-agent_1_amd64.deb';

export async function offerPackages({ packagesDir }: Scene): Promise<void> {
  const content = 'a package';
  const sha256 = createHash('sha256').update(content).digest('hex');
  const one = { system: 'linux', arch: 'x64', kind: 'deb', file: packageName, bytes: content.length, sha256 };
  await mkdir(packagesDir, { recursive: true });
  await writeFile(join(packagesDir, packageName), content);
  await writeFile(join(packagesDir, 'unlisted.deb'), 'SECRET');
  await writeFile(join(packagesDir, '..', 'secret.txt'), 'SECRET');
  await writeFile(join(packagesDir, 'install.sh'), "echo installed from '@URL@'\n");
  await writeFile(join(packagesDir, 'install.ps1'), '');
  await writeFile(join(packagesDir, 'packages.json'), JSON.stringify({ version: '1', packages: [one] }));
}
