/** Zip archives, as Windows unpacks them by itself; the same content is always the same bytes. */
import { promisify } from 'node:util';
import { crc32, deflateRaw } from 'node:zlib';

export type ZipEntry = { path: string; content: Uint8Array };

const deflate = promisify(deflateRaw);
/** 1 January 2000, in the way of DOS: what counts is that it is always the same. */
const dosDate = ((2000 - 1980) << 9) | (1 << 5) | 1;
const deflated = 8;
const needs = 20;

export async function writeZip(entries: readonly ZipEntry[], level: number): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const put = (bytes: Uint8Array) => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const { path, content } of entries) {
    const name = Buffer.from(path, 'latin1');
    const packed = await deflate(content, { level });
    const about = Buffer.alloc(26);
    about.writeUInt16LE(needs, 0);
    about.writeUInt16LE(deflated, 4);
    about.writeUInt16LE(dosDate, 8);
    about.writeUInt32LE(crc32(content), 10);
    about.writeUInt32LE(packed.length, 14);
    about.writeUInt32LE(content.length, 18);
    about.writeUInt16LE(name.length, 22);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([signature(0x02014b50), word(needs), about, where, name]));
    put(Buffer.concat([signature(0x04034b50), about, name]));
    put(packed);
  }
  const start = at;
  for (const entry of directory) put(entry);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(at - start, 8);
  end.writeUInt32LE(start, 12);
  put(Buffer.concat([signature(0x06054b50), end]));
  return parts;
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function word(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
