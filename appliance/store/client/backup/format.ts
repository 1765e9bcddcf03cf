/** The file of a backup: a head, then frames, the last of which says how much there has to be. store/backup/README.md draws it. */
import { crc32 } from 'node:zlib';

export const magic = Buffer.from('NMBACKUP', 'latin1');
export const formatVersion = 1;
export const isEncrypted = 1;

export const frameTypes = { manifest: 1, entries: 2, log: 3, end: 4 } as const;
export type FrameType = keyof typeof frameTypes;

/** Type u8, length u32 and CRC u32 around the body. */
export const frameHead = 5;
export const frameTail = 4;
export const largestFrame = 16 * 2 ** 20;
/** What a frame may become when it is inflated. */
export const largestContent = 32 * 2 ** 20;

/** What costs whoever guesses a passphrase: 32 MiB and about 0.1 s each on a large machine, 0.5 s on a Pi. */
export const scryptCost = { log2N: 15, r: 8, p: 1 } as const;

export type Manifest = {
  /** The box's clock when everything in it was true. */
  madeMs: number;
  trusted: boolean;
  /** Of the program that wrote it. */
  version: string;
  /** The database's birth number. */
  birth: string;
  /** What the store took on its disk; what a restore will need, about. */
  diskBytes: number;
  /** Whether it holds what only an encrypted one may hold. */
  secrets: boolean;
  /** The newest entry of the journal. */
  journal: { id: number; hash: string };
  machines: number;
};

export type Ending = {
  entries: number;
  /** Bytes of keys and values. */
  bytes: number;
  logBytes: number;
  /** Records and settings that were left out because they hold secrets, by namespace or section. */
  leftOut: Record<string, number>;
  /** Values that did not match their checksum and are in it as they are. */
  damaged: number;
  /** Of all bytes before the frame of this ending, hexadecimal. */
  sha256: string;
};

export type Section =
  | { type: 'manifest'; manifest: Manifest }
  | { type: 'entries'; entries: [key: Buffer, value: Buffer][] }
  | { type: 'log'; segment: number; bytes: Buffer }
  | { type: 'end'; ending: Ending };

export function frameAround(type: FrameType, body: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(frameHead + body.length + frameTail);
  frame[0] = frameTypes[type];
  frame.writeUInt32BE(body.length, 1);
  frame.set(body, frameHead);
  const end = frameHead + body.length;
  frame.writeUInt32BE(crc32(frame.subarray(0, end)), end);
  return frame;
}
