/** Files that survive a power cut at any moment, and files that are read only if nobody else could have put them there. */
import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type FileHandle, lstat, open, rename, unlink } from './disk.ts';
import { Failure, messageOf, systemCodeOf } from './errors.ts';

export type Owner = { uid: number; gid: number };

/**
 * The file has either its old content or the new one, never a part: written beside it, synced, renamed, and the
 * folder synced so that the name lasts too. The owner is set on the open file: where that owner may write to the folder, the
 * name could be a link to anything a moment later.
 */
export async function writeFileSafely(
  path: string,
  content: Uint8Array | string,
  o: { mode?: number; owner?: Owner } = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeNew(temporary, content, o.mode ?? 0o600, o.owner);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await unlink(temporary).catch(() => undefined); // Already renamed, or never made.
    throw unwritable(path, error);
  }
}

/** Windows has no owners and permissions of this kind, and no folders that could be synced: there an installer sets the rights. */
const posix = process.platform !== 'win32';

/** A new name or a removal lasts once the folder has been synced. */
export async function syncFolder(path: string): Promise<void> {
  if (!posix) return;
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Reads a file that carries trust: a regular file, no link, owned by uid (default: this process's user or root), with
 * no permission beyond maxMode (default 0644), in a folder that only its owner can write. Throws NOT_FOUND when it is
 * not there, FORBIDDEN when somebody else could have made or changed it, TOO_LARGE beyond maxBytes.
 */
export async function readOwned(
  path: string,
  o: { maxBytes: number; uid?: number; maxMode?: number },
): Promise<Uint8Array> {
  const owners = o.uid === undefined ? [process.getuid?.() ?? 0, 0] : [o.uid];
  let handle: FileHandle | undefined;
  try {
    checkFolder(await lstat(dirname(path)), dirname(path), [...owners, 0]);
    // O_NONBLOCK: opening a FIFO that somebody put there must not wait for a writer.
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    checkFile(await handle.stat(), path, owners, o.maxMode ?? 0o644);
    return await readUpTo(handle, path, o.maxBytes);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await handle?.close();
  }
}

/** The text of a file that needs no trust, undefined when it is not there. */
export async function readText(path: string, maxBytes: number): Promise<string | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return Buffer.from(await readUpTo(handle, path, maxBytes)).toString('utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  } finally {
    await handle?.close();
  }
}

async function writeNew(
  path: string,
  content: Uint8Array | string,
  mode: number,
  owner: Owner | undefined,
): Promise<void> {
  const handle = await open(path, 'wx', mode);
  try {
    if (owner !== undefined) await handle.chown(owner);
    await handle.chmod(mode); // open() masks the mode with the umask.
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readUpTo(handle: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  const buffer = Buffer.alloc(maxBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const bytesRead = await handle.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  throw new Failure('TOO_LARGE', `${path} has more than ${maxBytes} bytes`, { path });
}

function checkFile(stats: Stats, path: string, owners: readonly number[], maxMode: number): void {
  if (!stats.isFile()) throw new Failure('FORBIDDEN', `${path} is not a regular file`, { path });
  if (!posix) return;
  checkOwner(stats, path, owners);
  const beyond = stats.mode & 0o7777 & ~maxMode;
  if (beyond !== 0) {
    const advice = `chmod ${(stats.mode & maxMode).toString(8)} ${path}`;
    throw new Failure('FORBIDDEN', `${path} has too many permissions: ${advice}`, { path });
  }
}

function checkFolder(stats: Stats, path: string, owners: readonly number[]): void {
  if (!stats.isDirectory())
    throw new Failure('FORBIDDEN', `${path} is not a folder (a link is none)`, { path });
  if (!posix) return;
  checkOwner(stats, path, owners);
  if ((stats.mode & 0o022) === 0) return;
  throw new Failure('FORBIDDEN', `${path} can be written by others: chmod go-w ${path}`, { path });
}

function checkOwner(stats: Stats, path: string, owners: readonly number[]): void {
  if (owners.includes(stats.uid)) return;
  const expected = [...new Set(owners)].join(' or ');
  throw new Failure('FORBIDDEN', `${path} belongs to user ${stats.uid}, expected ${expected}`, { path });
}

function unreadable(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const options = { cause: error, path };
  const code = systemCodeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new Failure('NOT_FOUND', `${path} does not exist`, options);
  if (code === 'ELOOP') return new Failure('FORBIDDEN', `${path} is a link`, options);
  return new Failure('FORBIDDEN', `cannot read ${path}: ${messageOf(error)}`, options);
}

/** A full disk may have room later; a folder that is not ours will not change by itself. */
export function unwritable(path: string, error: unknown): Failure {
  if (error instanceof Failure) return error;
  const options = { cause: error, path };
  const code = systemCodeOf(error) ?? '';
  if (['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE'].includes(code)) {
    return new Failure('UNAVAILABLE', `cannot write ${path} now: ${messageOf(error)}`, options);
  }
  const advice = `check that ${dirname(path)} exists and belongs to this user`;
  return new Failure('STATE_UNWRITABLE', `cannot write ${path}: ${messageOf(error)}; ${advice}`, options);
}
