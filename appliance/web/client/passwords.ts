/** Which new passwords are refused: too short, known to everybody, or made of the person's own name. No rule about kinds of characters. Web holds to it, and the page says it while somebody types. */
import { commonPasswords } from './common-passwords.table.ts';

export type PasswordProblem = 'badPassword' | 'plainPassword' | 'nameInPassword' | 'commonPassword';

const shortestPassword = 10;
const longestPassword = 256;
const fewestDifferent = 5;

export function problemOf(password: string, name: string): PasswordProblem | null {
  const letters = [...password.normalize('NFC')];
  if (letters.length < shortestPassword || password.length > longestPassword) return 'badPassword';
  const plain = password.normalize('NFKC').toLowerCase();
  if (new Set(plain).size < fewestDifferent || isRun(plain)) return 'plainPassword';
  if (isMostlyName(plain, name)) return 'nameInPassword';
  return isCommon(plain) ? 'commonPassword' : null;
}

/** Marie-2026 is a guess; a long sentence with the name in it is not. */
function isMostlyName(plain: string, name: string): boolean {
  const own = name.normalize('NFKC').toLowerCase();
  if (own.length < 3 || !plain.includes(own)) return false;
  return plain.replaceAll(own, '').replace(/[^\p{L}]/gu, '').length < fewestDifferent;
}

const disguises: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '@': 'a',
  $: 's',
};

/** As it is, without what people put behind it, without disguise, and as a word said twice. */
function isCommon(plain: string): boolean {
  const trimmed = plain.replace(/[\d\W_]+$/u, '').replace(/^[\d\W_]+/u, '');
  const undisguised = [...plain.replace(/[\d!?.*#-]+$/u, '')].map((one) => disguises[one] ?? one).join('');
  const letters = plain.replace(/[^\p{L}]/gu, '');
  const once = [plain, letters].map(onceOf);
  return [plain, trimmed, undisguised, ...once].some((one) => commonPasswords.has(one));
}

const onceOf = (text: string): string => /^(.+?)\1+$/u.exec(text)?.[1] ?? text;

/** Neighbouring characters all the way, as in 1234567890 or jihgfedcba. */
function isRun(text: string): boolean {
  const codes = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return [1, -1].some((step) => steps.filter((one) => one !== step).length <= 1);
}
