/** A channel whose options are not known any more: they are checked, and what is left is a function that sends. */
import { type Check, object } from '../../protocol/check.ts';
import type { WatchText } from '../client/types.ts';
import type { Field, Notifier, Order, Outcome } from './notifier.ts';

export type Sender = (order: Omit<Order<unknown>, 'options'>) => Promise<Outcome>;

export type Kind = {
  about: WatchText;
  fields: Readonly<Record<string, Field<unknown>>>;
  isWordless: boolean;
  apartMs: number;
  /** Throws Malformed with the path of what does not fit. */
  prepare(options: unknown): {
    options: Record<string, unknown>;
    send: Sender;
    server: { field: string; host: string } | null;
  };
};

export function kindOf<O>(notifier: Notifier<O>): Kind {
  const fields = notifier.fields as Readonly<Record<string, Field<unknown>>>;
  const checks = Object.fromEntries(Object.entries(fields).map(([name, { check }]) => [name, check]));
  const check = object(checks) as Check<unknown>;
  return {
    about: notifier.about,
    fields,
    isWordless: notifier.isWordless === true,
    apartMs: notifier.apartMs ?? 0,
    prepare(given) {
      const options = check(given) as O;
      notifier.assertFits?.(options);
      return {
        options: options as Record<string, unknown>,
        server: notifier.serverOf?.(options) ?? null,
        send: (order) => notifier.send({ ...order, options }),
      };
    },
  };
}
