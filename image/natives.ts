/** Builds the native parts against the Node that is shipped; nothing else ever needs a compiler. */
import { spawn } from 'node:child_process';
import { access, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Step, StepError } from './step.ts';

/** Package that a process loads → the packages that it loads in turn. */
export const nativePackages: ReadonlyMap<string, readonly string[]> = new Map([
  ['i2c-bus', ['bindings', 'file-uri-to-path']],
  ['onoff', ['epoll', 'lodash.debounce', 'bindings', 'file-uri-to-path']],
  ['unix-dgram', ['bindings', 'file-uri-to-path']],
]);
const compiled = ['i2c-bus', 'epoll', 'unix-dgram'];

async function buildNatives(root: string, progress: (text: string) => void): Promise<Record<string, string>> {
  const gyp = await nodeGyp();
  const headers = dirname(dirname(process.execPath));
  const built: Record<string, string> = {};
  for (const name of compiled) {
    progress(`compiling ${name}`);
    const folder = join(root, 'node_modules', name);
    await access(folder).catch(() => {
      throw new StepError(`${name} is not installed: run npm ci --include=optional.`);
    });
    await compile([gyp, 'rebuild', '--release', `--nodedir=${headers}`], folder, name);
    const release = join(folder, 'build', 'Release');
    const file = (await readdir(release)).find((entry) => entry.endsWith('.node'));
    if (!file) throw new StepError(`${name} was compiled, but ${release} holds no .node file.`);
    built[name] = join(release, file);
  }
  return built;
}

/** The node-gyp that npm carries, wherever npm lies. */
async function nodeGyp(): Promise<string> {
  const npmRoot = (await output('npm', ['root', '-g'])).trim();
  const path = join(npmRoot, 'npm', 'node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  await access(path).catch(() => {
    throw new StepError(`npm's node-gyp is not at ${path}: install npm with Node.`);
  });
  return path;
}

function output(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    child.on('error', () =>
      reject(new StepError(`${command} is not found: install npm, which comes with Node.`)),
    );
    child.on('close', () => resolve(text));
  });
}

function compile(args: string[], cwd: string, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4_000);
      });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new StepError(`${name} did not compile:\n${said}\n${advice}`));
    });
  });
}

const advice =
  'A C++ compiler, make and Python 3 are needed. On Debian: sudo apt-get install g++ make python3';

export const natives: Step = {
  about: 'compiles i2c-bus, epoll and unix-dgram for this machine',
  help: {},
  options: {},
  run: ({ root, progress }) => buildNatives(root, progress),
};
