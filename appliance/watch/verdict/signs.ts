/** Names of the signs of causes: series that nobody keeps, 1 while it is so and 0 when it is certain that it is not. */
import { type NetworkCause, networkCauses } from './cause.ts';

const prefix = 'box.cause:';
const momentPrefix = `${prefix}together:`;

export const causeKind = 'cause';

/** `gateway`, or `together:` and when. */
export function signOf(cause: string): string {
  return prefix + cause;
}

export function networkOf(sign: string): NetworkCause | null {
  return networkCauses.find((cause) => sign === prefix + cause) ?? null;
}

/** When many vanished at once, by the box's date: so it means the same after a restart. */
export function momentSign(wallMs: number): string {
  return momentPrefix + Math.round(wallMs).toString(36);
}

export function momentOf(sign: string): number | null {
  if (!sign.startsWith(momentPrefix)) return null;
  const wallMs = Number.parseInt(sign.slice(momentPrefix.length), 36);
  return Number.isFinite(wallMs) ? wallMs : null;
}
