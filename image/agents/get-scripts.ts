/** The scripts that the box serves at /get, with the packages that they choose from; the box fills in where it is. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentPackage } from './packages.table.ts';

export async function getScripts(
  root: string,
  packages: readonly AgentPackage[],
): Promise<Map<string, string>> {
  const lines = packages.map(({ system, arch, kind, file, sha256 }) =>
    [system, arch, kind, file, sha256].join(' '),
  );
  const filled = async (name: string) =>
    (await readFile(join(root, 'agent/install/get', name), 'utf8')).replace('@PACKAGES@', lines.join('\n'));
  return new Map([
    ['install.sh', await filled('install.sh')],
    ['install.ps1', await filled('install.ps1')],
  ]);
}
