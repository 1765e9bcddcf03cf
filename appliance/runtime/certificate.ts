/**
 * A self-signed certificate around a P-256 key, in DER (X.690, RFC 5280). Agents and boxes look at nothing in it but the
 * key; browsers want names. By hand, because a certificate library keeps about 20 MB in a process that needs it once.
 */
import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';

/** With names it is a certificate for a web server. */
export type CertificateSubject = { commonName: string; dnsNames?: readonly string[] };

/** Our own sides never check dates, because clocks are wrong; these are the widest that UTCTime can say. */
const notBefore = '000101000000Z';
const notAfter = '491231235959Z';

export function selfSignedCertificate(privateKey: KeyObject, subject: CertificateSubject): string {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const name = sequence(set(sequence(oid('550403'), der(0x0c, Buffer.from(subject.commonName, 'utf8')))));
  // ecdsa-with-SHA256, RFC 5758
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.of(2))), // X.509 v3
    der(0x02, serialNumber()),
    algorithm,
    name,
    sequence(utcTime(notBefore), utcTime(notAfter)),
    name,
    publicKey,
    der(0xa3, sequence(...extensions(subject.dnsNames))),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const certificate = sequence(toBeSigned, algorithm, der(0x03, Buffer.of(0), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

function extensions(dnsNames: readonly string[] | undefined): Buffer[] {
  // basicConstraints, critical, empty: not an authority.
  const own = [extension('551d13', sequence(), { critical: true })];
  if (dnsNames === undefined) return own;
  const names = dnsNames.map((name) => der(0x82, Buffer.from(name, 'latin1')));
  return [
    ...own,
    extension('551d0f', der(0x03, Buffer.of(7, 0x80)), { critical: true }), // keyUsage: digitalSignature
    extension('551d25', sequence(oid('2b06010505070301'))), // extKeyUsage: serverAuth
    extension('551d11', sequence(...names)), // subjectAltName
  ];
}

function extension(id: string, value: Buffer, o: { critical?: boolean } = {}): Buffer {
  return sequence(oid(id), ...(o.critical ? [Buffer.from('0101ff', 'hex')] : []), der(0x04, value));
}

/** Positive and without leading zeros, as RFC 5280 wants it. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return bytes;
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
}

const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts);
const set = (...parts: readonly Uint8Array[]) => der(0x31, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const utcTime = (time: string) => der(0x17, Buffer.from(time, 'latin1'));
