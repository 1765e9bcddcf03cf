/** Takes a home for one start: makes its folders, keeps a second start out, clears what a killed one left. */
import { constants } from 'node:fs';
import { access, link, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Failure, messageOf, systemCodeOf } from '../runtime/errors.ts';
import { allGone, carries, isAlive, kill, pidsIn } from './processes.ts';

/** `runDir` is short, because the path of a socket may have only 107 bytes; its address is kept in state/run. */
export type Home = { path: string; logsDir: string; runDir: string; release(): Promise<void> };

const runPrefix = 'nm-';
/** Beyond this a socket's path could grow too long. */
const longestTemporary = 70;
/** Both launchers, `start.ts` and `agent.ts`, lie in this folder. */
const launcherMark = '/launch/';

export async function takeHome(path: string): Promise<Home> {
  const state = join(path, 'state');
  const logsDir = join(path, 'logs');
  try {
    for (const folder of [path, state, join(state, 'launch'), logsDir, join(path, 'config')])
      await makeFolder(folder);
    for (const folder of [path, state, logsDir]) await access(folder, constants.W_OK | constants.X_OK);
    await claim(join(state, 'launch', 'pid'), path);
    const runDir = await makeRunDir(join(state, 'run'));
    return { path, logsDir, runDir, release: () => release(state, runDir) };
  } catch (error) {
    if (error instanceof Failure) throw error;
    const message = `${path} cannot be used: ${messageOf(error)}. Make it writable, or choose another with --home.`;
    throw new Failure('STATE_UNWRITABLE', message, { cause: error, path });
  }
}

/** Node's own recursive mkdir never returns where a parent exists but takes no folders, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || (await exists(dirname(path)))) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function makeRunDir(note: string): Promise<string> {
  await clearRemains(note);
  const runDir = await mkdtemp(join(temporary(), runPrefix));
  await writeFile(note, `${runDir}\n`, { mode: 0o600 });
  return runDir;
}

function temporary(): string {
  const folder = tmpdir();
  return folder.length <= longestTemporary ? folder : '/tmp';
}

/** The file appears with its holder's number already in it, so that two starts at once cannot both have the home. */
async function claim(file: string, home: string): Promise<void> {
  const mine = `${file}-${process.pid}`;
  await writeFile(mine, `${process.pid}\n`, { mode: 0o600 });
  try {
    for (;;) {
      try {
        return await link(mine, file);
      } catch (error) {
        if (systemCodeOf(error) !== 'EEXIST') throw error;
      }
      const holder = Number(await readFile(file, 'utf8').catch(() => '0'));
      if (holder !== process.pid && holder > 0 && isAlive(holder) && carries(holder, launcherMark))
        throw new Failure(
          'CONFLICT',
          `NetMonitor is already running on ${home} (process ${holder}). Stop it there, or start a second one with --home DIR.`,
        );
      await rm(file, { force: true });
    }
  } finally {
    await rm(mine, { force: true });
  }
}

/** After a launcher was killed, pm2 stops the daemons by itself; here we wait for that, and insist, also if pm2 was killed. */
async function clearRemains(note: string): Promise<void> {
  const old = (await readFile(note, 'utf8').catch(() => '')).trim();
  if (!basename(old).startsWith(runPrefix)) return;
  const home = join(old, 'pm2');
  const ours = (pids: number[]) => pids.filter((pid) => pid > 0 && isAlive(pid) && carries(pid, old));
  await endAll(ours([Number(await readFile(join(home, 'pm2.pid'), 'utf8').catch(() => '0'))]));
  await endAll(ours(await pidsIn(join(home, 'pids'))));
  await rm(old, { recursive: true, force: true });
}

async function endAll(pids: readonly number[]): Promise<void> {
  for (const pid of pids) kill(pid, 'SIGTERM');
  if (!(await allGone(pids, 12_000))) for (const pid of pids) kill(pid, 'SIGKILL');
}

async function release(state: string, runDir: string): Promise<void> {
  await rm(runDir, { recursive: true, force: true });
  await rm(join(state, 'run'), { force: true });
  await rm(join(state, 'launch', 'pid'), { force: true });
}
