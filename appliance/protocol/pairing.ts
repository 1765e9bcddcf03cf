/**
 * Six digits that two people can compare: commit, reveal, compare, as in Bluetooth's numeric comparison.
 * The box commits to its nonce before it sees the agent's, so that a man in the middle cannot try keys
 * until the digits fit: he has one chance in a million for each time a person draws digits.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const nonceBytes = 32;

export function newNonce(): string {
  return randomBytes(nonceBytes).toString('hex');
}

/** Every part is preceded by its length, so that no two lists of parts hash alike. */
function hashParts(label: string, parts: readonly string[]): Buffer {
  const hash = createHash('sha256');
  for (const part of [Buffer.from(label, 'utf8'), ...parts.map((part) => Buffer.from(part, 'hex'))]) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    hash.update(length).update(part);
  }
  return hash.digest();
}

/** What the box says first. `boxHash` is the SHA-256 of the box's public key. */
export function commitment(boxNonce: string, boxHash: string): string {
  return hashParts('netmonitor-commit-1', [boxNonce, boxHash]).toString('hex');
}

export function commitmentHolds(commit: string, boxNonce: string, boxHash: string): boolean {
  const expected = Buffer.from(commitment(boxNonce, boxHash), 'hex');
  const given = Buffer.from(commit, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export function digits(pair: {
  boxNonce: string;
  agentNonce: string;
  boxHash: string;
  agentHash: string;
}): string {
  const hash = hashParts('netmonitor-digits-1', [
    pair.boxNonce,
    pair.agentNonce,
    pair.boxHash,
    pair.agentHash,
  ]);
  return (hash.readBigUInt64BE(0) % 1_000_000n).toString().padStart(6, '0');
}
