/** How strong a new password is likely to be: a hint for the person, never a gate beyond the box's own rule. */

export type Strength = 'empty' | 'short' | 'weak' | 'fair' | 'good';

/** The box refuses less. */
export const shortestPassword = 10;

const common =
  /^(?:password|passwort|motdepasse|azerty|qwerty|netmonitor|admin|bonjour|welcome|letmein)[\d!.]*$/i;

export function strengthOf(password: string, name: string): Strength {
  const length = [...password].length;
  if (length === 0) return 'empty';
  if (length < shortestPassword) return 'short';
  const lower = password.toLowerCase();
  const distinct = new Set(lower).size;
  const nameInside = name.length >= 3 && lower.includes(name.toLowerCase());
  if (common.test(password) || distinct < 5 || nameInside || isRun(lower)) return 'weak';
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length;
  const score = Math.min(length, distinct * 2) + kinds * 2;
  if (score < 14) return 'weak';
  return score < 20 ? 'fair' : 'good';
}

/** Neighbouring characters all the way, as in 12345678 or hgfedcba. */
function isRun(text: string): boolean {
  const codes = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, index) => code - (codes[index] ?? 0));
  return steps.every((step) => step === 1) || steps.every((step) => step === -1);
}

/** The code as it stands on the box's screen: three characters, a hyphen, three characters. */
export function tidyCode(typed: string): string {
  const plain = typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 6);
  return plain.length > 3 ? `${plain.slice(0, 3)}-${plain.slice(3)}` : plain;
}
