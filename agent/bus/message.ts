/**
 * Messages of D-Bus as far as the agent speaks it: calls whose arguments are texts and lists of texts, answers and signals
 * read field by field. Little endian; the clauses are those of the D-Bus specification, "Message Format".
 */
import { Buffer } from 'node:buffer';

export const messageType = { call: 1, answer: 2, error: 3, signal: 4 } as const;

const LITTLE_ENDIAN = 0x6c; // 'l'
const PROTOCOL = 1;
/** Header fields: path, interface, member, error name, answered serial, destination, sender, signature. */
const FIELD = {
  path: 1,
  interface: 2,
  member: 3,
  error: 4,
  serial: 5,
  destination: 6,
  sender: 7,
  signature: 8,
} as const;
/** Byte order, type, flags, version, length of the body, serial, length of the fields. */
const FIXED_BYTES = 16;

/** What the agent says: `s` for a text, `as` for a list of them. */
export type Argument = string | readonly string[];
export type Call = {
  destination: string;
  path: string;
  interface: string;
  member: string;
  arguments?: readonly Argument[];
};

class Writer {
  #bytes = Buffer.alloc(256);
  length = 0;

  align(to: number): void {
    const more = (to - (this.length % to)) % to;
    this.#room(more);
    this.#bytes.fill(0, this.length, this.length + more);
    this.length += more;
  }

  byte(value: number): void {
    this.#room(1);
    this.#bytes[this.length++] = value;
  }

  u32(value: number): void {
    this.align(4);
    this.#room(4);
    this.length = this.#bytes.writeUInt32LE(value, this.length);
  }

  text(value: string): void {
    this.u32(Buffer.byteLength(value));
    this.#raw(value);
  }

  signature(value: string): void {
    this.byte(value.length);
    this.#raw(value);
  }

  texts(values: readonly string[]): void {
    this.u32(0);
    const from = this.length;
    for (const value of values) this.text(value);
    this.#bytes.writeUInt32LE(this.length - from, from - 4);
  }

  patch(at: number, value: number): void {
    this.#bytes.writeUInt32LE(value, at);
  }

  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  #raw(value: string): void {
    this.#room(Buffer.byteLength(value) + 1);
    this.length += this.#bytes.write(value, this.length);
    this.#bytes[this.length++] = 0;
  }

  #room(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(this.#bytes.length * 2, this.length + more));
    this.#bytes.copy(larger);
    this.#bytes = larger;
  }
}

export function encodeCall(serial: number, call: Call): Uint8Array {
  const out = new Writer();
  for (const byte of [LITTLE_ENDIAN, messageType.call, 0, PROTOCOL]) out.byte(byte);
  out.u32(0);
  out.u32(serial);
  out.u32(0);
  const signature = (call.arguments ?? []).map((one) => (typeof one === 'string' ? 's' : 'as')).join('');
  const fields: [number, string, string][] = [
    [FIELD.path, 'o', call.path],
    [FIELD.interface, 's', call.interface],
    [FIELD.member, 's', call.member],
    [FIELD.destination, 's', call.destination],
  ];
  if (signature !== '') fields.push([FIELD.signature, 'g', signature]);
  for (const [code, type, value] of fields) {
    out.align(8);
    out.byte(code);
    out.signature(type);
    if (type === 'g') out.signature(value);
    else out.text(value);
  }
  out.patch(12, out.length - FIXED_BYTES);
  out.align(8);
  const body = out.length;
  for (const one of call.arguments ?? []) {
    if (typeof one === 'string') out.text(one);
    else out.texts(one);
  }
  out.patch(4, out.length - body);
  return out.bytes;
}

/** Reads one value after the other; beyond the end everything throws. */
export class Values {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  align(to: number): void {
    this.at += (to - (this.at % to)) % to;
  }

  byte(): number {
    this.#need(1);
    return this.#bytes.readUInt8(this.at++);
  }

  u32(): number {
    this.align(4);
    this.#need(4);
    const value = this.#bytes.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  /** Exact up to 2^53. */
  u64(): number {
    this.align(8);
    this.#need(8);
    const value = this.#bytes.readUInt32LE(this.at) + this.#bytes.readUInt32LE(this.at + 4) * 2 ** 32;
    this.at += 8;
    return value;
  }

  text(): string {
    const length = this.u32();
    return this.#text(length);
  }

  skipText(): void {
    const length = this.u32();
    this.at += length + 1;
  }

  signature(): string {
    return this.#text(this.byte());
  }

  #text(length: number): string {
    this.#need(length + 1);
    const from = this.at;
    this.at = from + length + 1;
    return this.#bytes.toString('utf8', from, from + length);
  }

  #need(bytes: number): void {
    if (this.at + bytes > this.#bytes.length) throw new RangeError('a value reaches beyond its message');
  }
}

export type Heard = {
  type: number;
  /** Of the call that this answers. */
  serial: number;
  interface: string;
  member: string;
  error: string;
  /** The bus vouches for it. */
  sender: string;
  signature: string;
  body: Values;
};

/** How many bytes the message that begins here has; undefined until enough of it has come. */
export function messageLength(bytes: Buffer): number | undefined {
  if (bytes.length < FIXED_BYTES) return undefined;
  if (bytes[0] !== LITTLE_ENDIAN || bytes[3] !== PROTOCOL)
    throw new RangeError('this is no message of D-Bus');
  const fields = bytes.readUInt32LE(12);
  return FIXED_BYTES + fields + ((8 - (fields % 8)) % 8) + bytes.readUInt32LE(4);
}

/** One whole message. Fields that matter to nobody here are passed over. */
export function readMessage(bytes: Buffer): Heard {
  const heard: Heard = {
    ...{ type: bytes[1]!, serial: 0, interface: '', member: '', error: '', sender: '', signature: '' },
    body: new Values(bytes, bytes.length - bytes.readUInt32LE(4)),
  };
  const fields = new Values(bytes, FIXED_BYTES);
  const end = FIXED_BYTES + bytes.readUInt32LE(12);
  while (fields.at < end) {
    fields.align(8);
    const code = fields.byte();
    const type = fields.signature();
    if (type === 'u') {
      const value = fields.u32();
      if (code === FIELD.serial) heard.serial = value;
      continue;
    }
    if (type !== 's' && type !== 'o' && type !== 'g') throw new RangeError(`a header field of type ${type}`);
    const value = type === 'g' ? fields.signature() : fields.text();
    if (code === FIELD.interface) heard.interface = value;
    else if (code === FIELD.member) heard.member = value;
    else if (code === FIELD.error) heard.error = value;
    else if (code === FIELD.sender) heard.sender = value;
    else if (code === FIELD.signature) heard.signature = value;
  }
  return heard;
}
