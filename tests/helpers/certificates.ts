/** Certificates of a made-up authority, with any key and any dates: what the box's own maker of certificates cannot do. */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';

export type Made = { pem: string; key: KeyObject; keyPem: string };
type Wanted = {
  name: string;
  dns?: string[];
  ca?: boolean;
  key?: KeyObject;
  from?: string;
  to?: string;
  issuer?: { name: string; key: KeyObject };
  /** Extended key usage, as the hexadecimal digits of one object identifier. */
  use?: string;
  /** Signed so, by an elliptic issuer. */
  hash?: 'sha256' | 'sha1';
};

export const ecKey = (namedCurve = 'P-256'): KeyObject =>
  generateKeyPairSync('ec', { namedCurve }).privateKey;
export const rsaKey = (modulusLength: number): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey;

/** An RSA key as PEM whose public half is as it was: only signing shows that the other is not. */
export function damagedKey(key: KeyObject): string {
  const { d = '', dp = '', dq = '', ...rest } = key.export({ format: 'jwk' });
  const [badD, badP, badQ] = [d, dp, dq].map((part) => {
    const bytes = Buffer.from(part, 'base64url');
    bytes[bytes.length - 1]! ^= 4;
    return bytes.toString('base64url');
  });
  const jwk = { ...rest, d: badD, dp: badP, dq: badQ };
  return createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

export function makeCertificate(o: Wanted): Made {
  const key = o.key ?? ecKey();
  const issuer = o.issuer ?? { name: o.name, key };
  const { hash = 'sha256' } = o;
  const oids = { ec: hash === 'sha1' ? '2a8648ce3d0401' : '2a8648ce3d040302', rsa: '2a864886f70d01010b' };
  const algorithm = sequence(oid(oids[issuer.key.asymmetricKeyType === 'rsa' ? 'rsa' : 'ec']));
  const extensions = [
    extension('551d13', o.ca ? sequence(Buffer.from('0101ff', 'hex')) : sequence()),
    ...(o.dns ? [extension('551d11', sequence(...o.dns.map((name) => der(0x82, Buffer.from(name)))))] : []),
    ...(o.use ? [extension('551d25', sequence(oid(o.use)))] : []),
  ];
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.concat([Buffer.of(0x40), randomBytes(8)])),
    algorithm,
    nameOf(issuer.name),
    sequence(time(o.from ?? '200101000000Z'), time(o.to ?? '491231235959Z')),
    nameOf(o.name),
    createPublicKey(key).export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const whole = sequence(body, algorithm, der(0x03, Buffer.of(0), sign(hash, body, issuer.key)));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    pem: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    key,
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), body]);
}
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const time = (text: string) => der(0x17, Buffer.from(text, 'latin1'));
const nameOf = (name: string) => sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
const extension = (id: string, value: Buffer) => sequence(oid(id), der(0x04, value));
