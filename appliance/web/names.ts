/** What people and tokens may be called: nothing that the journal could confuse with another, or with the box. */
import { Refusal } from './refusal.ts';

/** Marie and marie are one person. */
export const keyOf = (name: string): string => name.normalize('NFKC').toLowerCase();

/** What cannot be seen would make two names look like one, or act on a terminal. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

export function acceptName(given: string): string {
  const name = given.normalize('NFC').trim();
  if (name.length < 1 || name.length > 64 || unseen.test(name))
    throw new Refusal('BAD_REQUEST', 'badName', { path: 'name' });
  return name;
}

/** The journal says these of the box itself, and of whoever stands at it or is nobody. */
const ofTheBox = ['box', 'panel', 'netmonitor', 'store', 'ingest', 'web', 'watch', 'display', 'unknown'];

export function acceptPerson(given: string): string {
  const name = acceptName(given);
  if (ofTheBox.includes(keyOf(name))) throw new Refusal('CONFLICT', 'nameTaken', { path: 'name' });
  return name;
}
