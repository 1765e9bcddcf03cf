/** The table of channels: one line a kind. */
import { desktop } from './desktop.ts';
import { type Kind, kindOf } from './kind.ts';
import { mail } from './mail.ts';
import { ntfy } from './ntfy.ts';
import { signal } from './signal.ts';
import { webhook } from './webhook.ts';

export const notifiers = {
  mail: kindOf(mail),
  webhook: kindOf(webhook),
  ntfy: kindOf(ntfy),
  desktop: kindOf(desktop),
  signal: kindOf(signal),
} as const satisfies Record<string, Kind>;

export function kindNamed(name: string): Kind | undefined {
  return Object.hasOwn(notifiers, name) ? notifiers[name as keyof typeof notifiers] : undefined;
}
