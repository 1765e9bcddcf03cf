/** Files that carry trust and need not exist. */
import { dirname } from 'node:path';
import { lstat } from '../appliance/runtime/disk.ts';
import { Failure, systemCodeOf } from '../appliance/runtime/errors.ts';
import { readOwned } from '../appliance/runtime/files.ts';

/** A file of our own; undefined when there is none. */
export async function readOwn(
  file: string,
  o: { maxBytes: number; maxMode: number },
): Promise<Uint8Array | undefined> {
  return absent(readOwned(file, o));
}

/**
 * A file that another daemon of this machine writes. The configuration names its path, so whoever owns the folder is
 * whom the owner of the configuration trusts; the file must be that user's, and the folder writable by nobody else.
 */
export async function readNeighbours(
  file: string,
  o: { maxBytes: number; maxMode: number },
): Promise<Uint8Array | undefined> {
  const uid = await ownerOf(dirname(file));
  return uid === undefined ? undefined : absent(readOwned(file, { ...o, uid }));
}

async function ownerOf(folder: string): Promise<number | undefined> {
  try {
    return (await lstat(folder)).uid;
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function absent(read: Promise<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}
