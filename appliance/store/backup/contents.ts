/** What of the database goes into a backup. */
import { rangeOf, recordName } from '../keys.ts';
import { isOfWrites } from '../recovery/kept-classes.ts';
import { openNamespaces, secretSections } from './secrets.table.ts';

const isIn = (key: Buffer, { gte, lt }: { gte: Buffer; lt: Buffer }) =>
  key.compare(gte) >= 0 && key.compare(lt) < 0;

/** The namespace or section that makes a key a secret; null when anybody may read it. */
export function secretOf(key: Buffer): string | null {
  if (isIn(key, rangeOf('record'))) {
    const { namespace } = recordName(key);
    return openNamespaces.includes(namespace) ? null : namespace;
  }
  if (!isIn(key, rangeOf('setting'))) return null;
  const section = key.toString('utf8', 1);
  return secretSections.includes(section) ? `settings.${section}` : null;
}

/** What belongs to this folder and not to what the box remembers. */
export function isOfThisFolder(key: Buffer): boolean {
  return isOfWrites(key);
}
