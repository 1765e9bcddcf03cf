/** Tar archives (POSIX ustar): written so that the same content is always the same bytes, and read from packages of npm. */

export type TarEntry = {
  /** With `/` between its parts; a folder ends with one. */
  path: string;
  /** Permissions, as in 0o755. */
  mode: number;
  /** Empty for a folder. */
  content: Uint8Array;
};

const block = 512;

/** Everything belongs to root and is of one date, whoever packs and whenever. */
export function* writeTar(entries: readonly TarEntry[], mtimeS: number): Generator<Uint8Array> {
  for (const entry of entries) {
    yield header(entry, mtimeS);
    yield entry.content;
    yield Buffer.alloc(padding(entry.content.length));
  }
  yield Buffer.alloc(2 * block);
}

/** The content of the regular files of an archive that `wanted` names. */
export function readTar(archive: Uint8Array, wanted: (path: string) => boolean): Map<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  for (let at = 0; at + block <= bytes.length; ) {
    const head = bytes.subarray(at, at + block);
    if (head.every((byte) => byte === 0)) break;
    const size = Number.parseInt(textOf(head, 124, 12), 8);
    if (!Number.isSafeInteger(size) || at + block + size > bytes.length)
      throw new RangeError('the archive is cut off or is no tar');
    const prefix = textOf(head, 345, 155);
    const path = `${prefix === '' ? '' : `${prefix}/`}${textOf(head, 0, 100)}`;
    const regular = ['0', ''].includes(textOf(head, 156, 1));
    if (regular && wanted(path)) found.set(path, bytes.subarray(at + block, at + block + size));
    at += block + size + padding(size);
  }
  return found;
}

const padding = (size: number): number => (block - (size % block)) % block;

function textOf(head: Buffer, at: number, length: number): string {
  const field = head.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end).trim();
}

function header({ path, mode, content }: TarEntry, mtimeS: number): Buffer {
  const folder = path.endsWith('/');
  const name = Buffer.from(path, 'utf8');
  if (name.length > 100) throw new RangeError(`${path} is too long for a tar archive`);
  const head = Buffer.alloc(block);
  name.copy(head, 0);
  const number = (value: number, at: number, length: number) =>
    head.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  number(mode, 100, 8);
  number(0, 108, 8);
  number(0, 116, 8);
  number(folder ? 0 : content.length, 124, 12);
  number(mtimeS, 136, 12);
  head.write(folder ? '5' : '0', 156, 'latin1');
  head.write('ustar\u000000', 257, 'latin1');
  head.write('root', 265, 'latin1');
  head.write('root', 297, 'latin1');
  // The sum counts its own field as spaces.
  head.fill(0x20, 148, 156);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148, 'latin1');
  return head;
}
