/** The passphrase of a backup: from a file, or typed by a person where nobody sees it. */

import { Failure } from '../../runtime/errors.ts';
import { readOwned } from '../../runtime/files.ts';
import { type Call, type Option, textOption } from './verb.ts';

const shortest = 8;
const longest = 1024;

export const passphraseFile: Option = {
  type: 'string',
  value: 'FILE',
  about: {
    en: 'take the passphrase from the first line of FILE, which only its owner may read',
    fr: 'prendre la phrase secrète dans la première ligne de FILE, que seul son propriétaire peut lire',
  },
};

/** Null when no file was named. */
async function passphraseFromFile(call: Call): Promise<string | null> {
  const path = textOption(call, 'passphrase-file');
  if (path === undefined) return null;
  const bytes = await readOwned(path, { maxBytes: 8192, maxMode: 0o600 });
  return checked(call, Buffer.from(bytes).toString('utf8').split(/\r?\n/)[0] ?? '');
}

/** Asked twice: a mistyped one would make a backup that nobody can read. */
export async function newPassphrase(call: Call): Promise<string> {
  const given = await passphraseFromFile(call);
  if (given !== null) return given;
  const first = checked(call, await asked(call, call.say('newPassphrase')));
  if ((await asked(call, call.say('passphraseAgain'))) !== first)
    throw new Failure('BAD_REQUEST', call.say('notSame'));
  return first;
}

export async function knownPassphrase(call: Call): Promise<string> {
  return (await passphraseFromFile(call)) ?? (await asked(call, call.say('passphrase')));
}

async function asked({ terminal, say }: Call, question: string): Promise<string> {
  const answer = await terminal.askSecret(question);
  if (answer === null) throw new Failure('BAD_REQUEST', say('passphraseNeeded'));
  return answer;
}

function checked({ say }: Call, passphrase: string): string {
  if (passphrase.length < shortest || passphrase.length > longest)
    throw new Failure('BAD_REQUEST', say('passphraseShort'));
  return passphrase;
}
