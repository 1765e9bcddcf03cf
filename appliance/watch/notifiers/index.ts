/** The table of channels: one line a kind. */
import { type Kind, kindOf } from './kind.ts';
import { mail } from './mail.ts';

export const notifiers = { mail: kindOf(mail) } as const satisfies Record<string, Kind>;

export function kindNamed(name: string): Kind | undefined {
  return Object.hasOwn(notifiers, name) ? notifiers[name as keyof typeof notifiers] : undefined;
}
