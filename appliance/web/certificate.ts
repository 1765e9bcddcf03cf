/** A certificate that somebody uploads for the page: a chain and its key, as PEM, judged before anything is done with it. */
import { createHash, createPrivateKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { keyHash } from '../protocol/identity.ts';
import { messageOf } from '../runtime/errors.ts';
import { Refusal } from './refusal.ts';

/** `key` and `certificate` (a chain, leaf first) are what TLS is given. */
export type PageCertificate = {
  key: string;
  certificate: string;
  /** SHA-256 of the public key, and of the certificate as browsers show it; hex. */
  fingerprint: string;
  certificateFingerprint: string;
};

export type Uploaded = PageCertificate & {
  subject: string;
  issuer: string;
  names: string[];
  keyType: string;
  validFromMs: number;
  validToMs: number;
  chainLength: number;
};

const longestChain = 8;
const leastRsaBits = 2_048;
const mostRsaBits = 8_192;
const curves: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

export const certificateHash = (certificate: X509Certificate): string =>
  createHash('sha256').update(certificate.raw).digest('hex');

/** Throws BAD_REQUEST that names what does not fit. `nowMs` is null while the clock cannot be relied upon. */
export function judgeCertificate(given: { chain: string; key: string }, nowMs: number | null): Uploaded {
  const chain = readChain(given.chain);
  const leaf = chain[0]!;
  const key = readKey(given.key);
  const keyType = judgeKey(key);
  if (!leaf.checkPrivateKey(key)) refuse('certKeyOther', 'key');
  if (!signs(key, leaf)) refuse('certKeyBroken', 'key');
  for (const one of chain) judgeKeySize(one.publicKey);
  judgeOrder(chain);
  judgeUse(chain);
  const [validFromMs, validToMs] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)];
  if (nowMs !== null) for (const one of chain) judgeDates(one, nowMs);
  const names = namesOf(leaf);
  if (names.length === 0) refuse('certNoNames', 'chain');
  const keyPem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const certificate = chain.map((one) => one.toString()).join('');
  try {
    createSecureContext({ key: keyPem, cert: certificate });
  } catch (error) {
    refuse('certUnusable', 'chain', messageOf(error));
  }
  return {
    ...{ key: keyPem, certificate, names, keyType, validFromMs, validToMs, chainLength: chain.length },
    ...{ subject: oneLine(leaf.subject), issuer: oneLine(leaf.issuer) },
    fingerprint: keyHash(leaf.publicKey),
    certificateFingerprint: certificateHash(leaf),
  };
}

type Problem = 'certChain' | 'certKey' | 'certKeyLocked' | 'certKeyType' | 'certKeyOther' | 'certOrder';
type Problems =
  | Problem
  | 'certKeyBroken'
  | 'certUse'
  | 'certWeak'
  | 'certExpired'
  | 'certTooEarly'
  | 'certNoNames'
  | 'certUnusable';

function refuse(problem: Problems, path: 'chain' | 'key', detail = ''): never {
  throw new Refusal('BAD_REQUEST', problem, { path, values: { detail } });
}

function readChain(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length === 0 || blocks.length > longestChain) refuse('certChain', 'chain');
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    refuse('certChain', 'chain', messageOf(error));
  }
}

function readKey(pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem)) refuse('certKeyLocked', 'key');
  try {
    return createPrivateKey(pem);
  } catch {
    // What OpenSSL says about a key it cannot read helps nobody, and could quote it.
    refuse('certKey', 'key');
  }
}

function judgeKey(key: KeyObject): string {
  judgeKeySize(key);
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  return key.asymmetricKeyType === 'rsa' ? `RSA ${modulusLength}` : (curves[namedCurve ?? ''] ?? '');
}

function judgeKeySize(key: KeyObject): void {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  const rsa =
    key.asymmetricKeyType === 'rsa' && modulusLength >= leastRsaBits && modulusLength <= mostRsaBits;
  const ec = key.asymmetricKeyType === 'ec' && Object.hasOwn(curves, namedCurve);
  if (!rsa && !ec) refuse('certKeyType', 'key');
}

/** A key whose public half fits may still be damaged: then no browser could connect any more, not even to take it back. */
function signs(key: KeyObject, leaf: X509Certificate): boolean {
  const words = Buffer.from('netmonitor');
  try {
    return verify('sha256', words, leaf.publicKey, sign('sha256', words, key));
  } catch {
    return false; // OpenSSL has noticed it by itself.
  }
}

const forServers = ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0'];

/** What browsers refuse without a way on: not meant for servers, or signed by a hash that can be forged. */
function judgeUse(chain: readonly X509Certificate[]): void {
  // Node calls the extended key usage so; without it a certificate is for anything.
  const uses = chain[0]?.keyUsage as string[] | undefined;
  if (uses !== undefined && !uses.some((use) => forServers.includes(use))) refuse('certUse', 'chain');
  for (const [at, one] of chain.entries()) {
    // A root is trusted for what it is, whoever signed it how.
    if (at > 0 && one.subject === one.issuer) continue;
    const { signatureAlgorithm = '' } = one;
    if (/md[245]|sha-?1(?!\d)/i.test(signatureAlgorithm)) refuse('certWeak', 'chain', signatureAlgorithm);
  }
}

/** Each certificate is signed by the one after it. */
function judgeOrder(chain: readonly X509Certificate[]): void {
  for (const [at, issuer] of chain.slice(1).entries()) {
    const one = chain[at]!;
    if (!issuer.ca || !one.checkIssued(issuer) || !one.verify(issuer.publicKey)) refuse('certOrder', 'chain');
  }
}

function judgeDates(one: X509Certificate, nowMs: number): void {
  if (nowMs >= Date.parse(one.validTo)) refuse('certExpired', 'chain', one.validTo);
  if (nowMs < Date.parse(one.validFrom)) refuse('certTooEarly', 'chain', one.validFrom);
}

function namesOf(leaf: X509Certificate): string[] {
  const entries = (leaf.subjectAltName ?? '').split(', ');
  return entries
    .flatMap((entry) => /^(?:DNS|IP Address):(.+)$/.exec(entry)?.[1]?.toLowerCase() ?? [])
    .slice(0, 100);
}

const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ');
