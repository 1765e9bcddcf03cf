/** The code with which somebody who was invited sets a password: twelve characters, told once, of which a hash is kept. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { codeLetters, plainCode } from './one-time-code.ts';

export type Invitation = { hash: string; fromMs: number; untilMs: number };

const lifeMs = 7 * 86_400_000;

export function drawInvitation(nowMs: number): { code: string; invitation: Invitation } {
  const letters = codeLetters(12);
  const code = [0, 4, 8].map((at) => letters.slice(at, at + 4)).join('-');
  return { code, invitation: { hash: hashOf(code), fromMs: nowMs, untilMs: nowMs + lifeMs } };
}

/** A clock that went back to before the invitation does not make it last longer than it was meant to. */
export function isInvited(invitation: Invitation | null, code: string, nowMs: number): boolean {
  const kept = Buffer.from(invitation?.hash ?? '0'.repeat(64), 'hex');
  const same = timingSafeEqual(kept, Buffer.from(hashOf(code), 'hex'));
  return invitation !== null && same && nowMs >= invitation.fromMs && nowMs < invitation.untilMs;
}

const hashOf = (code: string): string => createHash('sha256').update(plainCode(code)).digest('hex');
