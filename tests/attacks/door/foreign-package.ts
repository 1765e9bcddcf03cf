/** A package that we use was taken over: one whose content is not what the lockfile names, and one that runs a program when it is installed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../../helpers/programs.ts';
import type { Attack } from '../attack.ts';

const run = promisify(execFile);

type Wares = { stop(): Promise<void>; folder: string; canary: string };

/** A clone with one dependency, as it is when its lockfile was written. */
async function clone(): Promise<Wares> {
  const folder = await mkdtemp(join(tmpdir(), 'nm-clone-'));
  const canary = join(folder, 'canary');
  await supply({ folder }, 'harmless', canary);
  const integrity = `sha512-${createHash('sha512')
    .update(await readFile(join(folder, 'ware.tgz')))
    .digest('base64')}`;
  const dependencies = { ware: 'file:ware.tgz' };
  const about = { name: 'clone', version: '1.0.0' };
  const ware = { version: '1.0.0', resolved: 'file:ware.tgz', integrity, hasInstallScript: true };
  const packages = { '': { ...about, dependencies }, 'node_modules/ware': ware };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...about, dependencies }));
  await writeFile(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...about, lockfileVersion: 3, requires: true, packages }),
  );
  return { folder, canary, stop: () => rm(folder, { recursive: true, force: true }) };
}

/** Puts this into the shop: a package with a program that runs at its installation. */
async function supply({ folder }: Pick<Wares, 'folder'>, content: string, canary: string): Promise<void> {
  const inside = join(folder, 'package');
  await mkdir(inside, { recursive: true });
  const scripts = { install: `node -e "require('fs').writeFileSync('${canary}', 'run')"` };
  await writeFile(join(inside, 'package.json'), JSON.stringify({ name: 'ware', version: '1.0.0', scripts }));
  await writeFile(join(inside, 'index.js'), `module.exports = '${content}';\n`);
  await run('tar', ['-czf', 'ware.tgz', '--sort=name', '--mtime=2020-01-01', 'package'], { cwd: folder });
  await rm(inside, { recursive: true });
}

/** Our own installation, as the first start makes it, on a computer that has installed nothing before. */
async function install(folder: string): Promise<{ code: number; output: string }> {
  const npm = join(repository, 'appliance/launch/npm.mjs');
  const script = `import(${JSON.stringify(npm)}).then((m) => m.npmCi(${JSON.stringify(folder)})).then((r) => console.log(JSON.stringify(r)))`;
  const cache = join(folder, 'cache');
  await rm(cache, { recursive: true, force: true });
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: folder, npm_config_cache: cache };
  const { stdout } = await run(process.execPath, ['-e', script], { cwd: folder, env });
  return JSON.parse(stdout) as { code: number; output: string };
}

type Locked = { integrity?: string; os?: string[]; libc?: string[] };

/** What would be installed where boxes are built without that the lockfile names its content. */
async function unnamed(): Promise<string[]> {
  const text = await readFile(join(repository, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(text) as { packages: Record<string, Locked> };
  return Object.entries(packages)
    .filter(([path, { integrity }]) => path !== '' && integrity === undefined)
    .filter(([, { os = ['linux'], libc = ['glibc'] }]) => os.includes('linux') && libc.includes('glibc'))
    .map(([path]) => path);
}

export const foreignPackage: Attack = {
  threat: 23,
  about:
    'a package with other content than the lockfile names, or with a program that runs when it is installed',
  by: 'A5',
  guard: { file: 'appliance/launch/npm.mjs', name: "'--ignore-scripts'" },
  heavy: true,
  async control(scene) {
    const { folder } = await scene.prop('clone', clone);
    const { code, output } = await install(folder);
    assert.equal(code, 0, output);
    assert.ok(existsSync(join(folder, 'node_modules/ware/index.js')));
  },
  async attack(scene) {
    const { folder, canary } = await scene.prop('clone', clone);
    assert.equal(existsSync(canary), false, 'its program ran');
    await rm(join(folder, 'node_modules'), { recursive: true, force: true });
    await supply({ folder }, 'evil', canary);
    const { code, output } = await install(folder);
    assert.notEqual(code, 0, 'other content was installed');
    assert.match(output, /EINTEGRITY|integrity/i);
    assert.equal(existsSync(join(folder, 'node_modules/ware/index.js')), false);
    assert.deepEqual(await unnamed(), [], 'the lockfile names no content for these');
    return 'EINTEGRITY; no program runs at the installation; the lockfile names the content of all that a box is built of';
  },
};
