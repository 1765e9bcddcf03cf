/** The file of a unix socket: its length, and whether somebody answers on it. */
import { connect } from 'node:net';
import { lstat, unlink } from '../disk.ts';
import { Failure, messageOf, systemCodeOf } from '../errors.ts';

/**
 * Where a local socket is listened for and asked. On Windows Node knows no socket files: a pipe of the machine stands for one,
 * named after its path, with the rights that Windows gives it (its maker, SYSTEM and administrators).
 */
export function socketAddress(path: string, system: string = process.platform): string {
  return system === 'win32' ? `\\\\.\\pipe\\${path.replace(/[\\/:]+/g, '-')}` : path;
}

/** sun_path has 108 bytes with the closing NUL on Linux, 104 elsewhere (unix(7)); longer ones are cut silently. */
const longestPath = process.platform === 'linux' ? 107 : 103;

export function checkSocketPath(path: string): void {
  const length = Buffer.byteLength(path);
  if (length <= longestPath) return;
  throw new Failure(
    'CONFIG_INVALID',
    `the socket path ${path} has ${length} bytes, at most ${longestPath} are possible: ` +
      'set NETMONITOR_RUN to a folder with a shorter name',
    { path },
  );
}

/** Removes what a killed process left behind, and nothing else. */
export async function clearStaleSocket(path: string): Promise<void> {
  const kind = await kindOf(path);
  if (kind === 'none') return;
  if (kind === 'other') {
    throw new Failure('STATE_UNWRITABLE', `${path} exists and is not a socket: move it away`, { path });
  }
  if (await somebodyAnswers(path)) {
    throw new Failure('PORT_TAKEN', `another process answers on ${path}: is this daemon already running?`, {
      path,
    });
  }
  await unlink(path).catch((error: unknown) => {
    if (systemCodeOf(error) === 'ENOENT') return;
    const what = `cannot remove the stale socket ${path}: ${messageOf(error)}`;
    throw new Failure('STATE_UNWRITABLE', what, { cause: error, path });
  });
}

async function kindOf(path: string): Promise<'none' | 'socket' | 'other'> {
  try {
    return (await lstat(path)).isSocket() ? 'socket' : 'other';
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return 'none';
    throw new Failure('STATE_UNWRITABLE', `cannot look at ${path}: ${messageOf(error)}`, {
      cause: error,
      path,
    });
  }
}

/** Only a refusal proves that nobody is there: a full backlog (EAGAIN) or a missing right is somebody. */
function somebodyAnswers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => resolve(true));
    socket.on('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(systemCodeOf(error) ?? '')));
    socket.on('connect', () => socket.destroy());
  });
}
