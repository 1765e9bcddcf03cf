/**
 * A self-signed certificate around a P-256 key, in DER (X.690, RFC 5280). TLS wants one; nobody reads anything of it but
 * the public key, so it is made anew at each start. By hand, because a certificate library costs the process 17 MB.
 */
import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';

const TAG = { integer: 0x02, bits: 0x03, octets: 0x04, oid: 0x06, utf8: 0x0c, utcTime: 0x17 } as const;
const SEQUENCE = 0x30;
const SET = 0x31;
const EXPLICIT_0 = 0xa0;
const EXPLICIT_3 = 0xa3;

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

const ascii = (text: string) => Buffer.from(text, 'latin1');
const ECDSA_WITH_SHA256 = der(SEQUENCE, der(TAG.oid, Buffer.from('2a8648ce3d040302', 'hex')));
const COMMON_NAME = der(TAG.oid, Buffer.from('550403', 'hex'));
/** Critical basicConstraints with an empty sequence: not an authority. */
const NOT_AN_AUTHORITY = der(
  SEQUENCE,
  der(TAG.oid, Buffer.from('551d13', 'hex')),
  Buffer.from('0101ff', 'hex'),
  der(TAG.octets, der(SEQUENCE)),
);
/** Dates are never checked, because clocks are wrong; these are the widest that two-digit years allow. */
const VALIDITY = der(
  SEQUENCE,
  der(TAG.utcTime, ascii('000101000000Z')),
  der(TAG.utcTime, ascii('491231235959Z')),
);

export function selfSigned(key: KeyObject, commonName: string): string {
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(TAG.utf8, Buffer.from(commonName)))));
  const serial = randomBytes(16);
  // A serial number is positive and has no leading zero.
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  const body = der(
    SEQUENCE,
    der(EXPLICIT_0, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, serial),
    ECDSA_WITH_SHA256,
    name,
    VALIDITY,
    name,
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(EXPLICIT_3, der(SEQUENCE, NOT_AN_AUTHORITY)),
  );
  const signature = sign('sha256', body, key);
  const certificate = der(SEQUENCE, body, ECDSA_WITH_SHA256, der(TAG.bits, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
