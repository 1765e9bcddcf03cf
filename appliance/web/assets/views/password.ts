/** How strong a new password is likely to be. What the box refuses is said by the box's own rule; beyond it this is a hint. */
import { type PasswordProblem, problemOf } from '../../client/passwords.ts';

export type Strength = 'empty' | PasswordProblem | 'weak' | 'fair' | 'good';

export function strengthOf(password: string, name: string): Strength {
  if (password === '') return 'empty';
  const problem = problemOf(password, name);
  if (problem !== null) return problem;
  const distinct = new Set(password.toLowerCase()).size;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length;
  const score = Math.min([...password].length, distinct * 2) + kinds * 2;
  if (score < 14) return 'weak';
  return score < 20 ? 'fair' : 'good';
}

export function isRefused(strength: Strength): boolean {
  return !['weak', 'fair', 'good'].includes(strength);
}

/** The code as it stands on the box's screen: three characters, a hyphen, three characters. */
export function tidyCode(typed: string): string {
  const plain = typed
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 6);
  return plain.length > 3 ? `${plain.slice(0, 3)}-${plain.slice(3)}` : plain;
}
