/** The version of a record is made from what it holds, so that a caller can tell whether its write had been done before. */
import { createHash } from 'node:crypto';

/** As it stands in the database; null when there is none. */
export type Stored = Buffer | null;

export function versionOf(stored: Buffer): string {
  return createHash('sha256').update(stored).digest('hex').slice(0, 16);
}
