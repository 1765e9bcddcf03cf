/** As much of ASN.1's basic encoding as SNMP v2c takes (X.690, definite lengths only). */
import { Fault } from './probe.ts';

export type Tlv = { tag: number; body: Buffer };

export function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

export function berInteger(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(value, 1);
  const first = bytes.findIndex((byte, at) => at === 4 || byte !== 0 || bytes[at + 1]! >= 0x80);
  return tlv(0x02, bytes.subarray(first));
}

export function berOid(oid: readonly number[]): Buffer {
  const [first = 0, second = 0, ...rest] = oid;
  const bytes = [first * 40 + second, ...rest].flatMap((number) => {
    const groups = [number & 127];
    for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 127) | 128);
    return groups;
  });
  return tlv(0x06, Buffer.from(bytes));
}

/** The values that stand one behind the other; a fault for whatever is none. */
export function readAll(bytes: Buffer): Tlv[] {
  const found: Tlv[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at]!;
    const short = bytes[at + 1];
    if (short === undefined) throw garbled();
    const wide = short < 0x80 ? 0 : short & 127;
    const from = at + 2 + wide;
    if (short === 0x80 || wide > 3 || from > bytes.length) throw garbled();
    const length = wide === 0 ? short : bytes.readUIntBE(at + 2, wide);
    if (from + length > bytes.length) throw garbled();
    found.push({ tag, body: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return found;
}

export function inside(value: Tlv | undefined, tag: number): Tlv[] {
  if (value?.tag !== tag) throw garbled();
  return readAll(value.body);
}

export function oidOf({ tag, body }: Tlv): number[] {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of body) {
    number = number * 128 + (byte & 127);
    if (number > 2 ** 32) throw garbled();
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [first] = numbers;
  if (tag !== 0x06 || first === undefined || numbers.length > 128) throw garbled();
  return [
    Math.min(2, Math.floor(first / 40)),
    first - 40 * Math.min(2, Math.floor(first / 40)),
    ...numbers.slice(1),
  ];
}

/** Counters and integers; of 64 bits the most that a double holds exactly. */
export function numberOf({ tag, body }: Tlv): number | undefined {
  const isNumber = tag === 0x02 || (tag >= 0x41 && tag <= 0x43) || tag === 0x46;
  if (!isNumber || body.length === 0 || body.length > 9) return undefined;
  const negative = tag === 0x02 && body[0]! >= 0x80;
  let value = negative ? -1n : 0n;
  for (const byte of body) value = (value << 8n) | BigInt(byte);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
}

export function garbled(): Fault {
  return new Fault('GARBLED', 'the answer is no message of SNMP');
}
