/** Two datagrams for networks without multicast: who asks, and where the door is. An answer is never longer than its question. */
import { ByteReader, ByteWriter } from './bytes.ts';
import { checkKeyHash } from './identity.ts';
import { Malformed } from './malformed.ts';

/** A question is padded to this, so that nobody gains by asking in another's name. */
export const beaconBytes = 128;
export const beaconNonceBytes = 16;
const question = Buffer.from('NMq1');
const answer = Buffer.from('NMa1');
/** Of the box's name; the rest is its number, its port and its key. */
const longestName = 64;

export type BeaconAnswer = { nonce: Uint8Array; port: number; id: string; name: string };

export function encodeBeaconQuestion(nonce: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(beaconBytes);
  bytes.set(question);
  bytes.set(nonce, question.length);
  return bytes;
}

/** The nonce of a question. */
export function decodeBeaconQuestion(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== beaconBytes)
    throw new Malformed('OUT_OF_RANGE', '', `a question has ${beaconBytes} bytes`);
  begins(bytes, question);
  return Uint8Array.from(bytes.subarray(question.length, question.length + beaconNonceBytes));
}

export function encodeBeaconAnswer({ nonce, port, id, name }: BeaconAnswer): Uint8Array {
  const writer = new ByteWriter(beaconBytes);
  writer.bytes(answer);
  writer.bytes(nonce);
  writer.byte(port >>> 8);
  writer.byte(port & 0xff);
  writer.bytes(Buffer.from(id, 'hex'));
  const text = Buffer.from(name).subarray(0, longestName);
  writer.byte(text.length);
  writer.bytes(text);
  return writer.copy();
}

export function decodeBeaconAnswer(bytes: Uint8Array): BeaconAnswer {
  if (bytes.length > beaconBytes)
    throw new Malformed('TOO_LONG', '', `an answer has at most ${beaconBytes} bytes`);
  begins(bytes, answer);
  const reader = new ByteReader(bytes.subarray(answer.length));
  const nonce = Uint8Array.from(reader.bytes(beaconNonceBytes));
  const port = reader.byte() * 256 + reader.byte();
  if (port === 0) throw new Malformed('OUT_OF_RANGE', 'port', 'a port is 1 to 65535');
  const id = checkKeyHash(Buffer.from(reader.bytes(32)).toString('hex'), 'id');
  const name = Buffer.from(reader.bytes(reader.byte()));
  if (reader.remaining > 0) throw new Malformed('TRAILING_BYTES', '', 'there is more behind the name');
  return { nonce, port, id, name: name.toString('utf8') };
}

function begins(bytes: Uint8Array, magic: Uint8Array): void {
  if (bytes.length < magic.length || Buffer.compare(bytes.subarray(0, magic.length), magic) !== 0)
    throw new Malformed('UNKNOWN_MESSAGE', '', 'this is no beacon');
}
