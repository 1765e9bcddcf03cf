/** Refuses a new password in the words of whoever asks. */
import { problemOf } from './client/passwords.ts';
import { Refusal } from './refusal.ts';

export function acceptPassword(password: string, name: string): void {
  const problem = problemOf(password, name);
  if (problem !== null) throw new Refusal('BAD_REQUEST', problem, { path: 'password' });
}
