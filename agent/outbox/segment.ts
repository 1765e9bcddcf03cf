/**
 * A segment of the outbox, byte by byte as README.md of the agent draws it: a head that names the run, then records with
 * a checksum each. It stands for itself: dictionary, chain and clocks begin in it anew.
 */
import { ByteReader, ByteWriter } from '../../appliance/protocol/bytes.ts';
import { crc32 } from './crc.ts';

const magic = Buffer.from('NMO1', 'latin1');
export const headBytes = 40;
export const recordHead = 8;
export const longestRecord = 4 * 1024 * 1024;
export const kinds = { dictionary: 1, ticks: 2, clock: 3, loss: 4 } as const;
export const reasons = ['full', 'disk', 'damage'] as const;

/** `first` is the tick with which the segment begins, or undefined when it begins with none. */
export function encodeHead(run: string, first?: { seq: number; runMs: number }): Uint8Array {
  const out = new ByteWriter(headBytes);
  out.bytes(magic);
  out.bytes(Buffer.from(run, 'hex'));
  out.f64(first?.seq ?? -1);
  out.f64(first?.runMs ?? 0);
  out.u32(crc32(out.view()));
  return out.copy();
}

type Head = { run: string; seq: number; runMs: number };

/** Undefined when this is no whole head. */
export function readHead(bytes: Uint8Array): Head | undefined {
  if (bytes.length < headBytes) return undefined;
  const said = new ByteReader(bytes.subarray(headBytes - 4, headBytes)).u32();
  if (said !== crc32(bytes.subarray(0, headBytes - 4))) return undefined;
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, magic.length).equals(magic)) return undefined;
  const input = new ByteReader(bytes.subarray(magic.length, headBytes - 4));
  return { run: Buffer.from(input.bytes(16)).toString('hex'), seq: input.f64(), runMs: input.f64() };
}
