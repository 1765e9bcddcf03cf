/** What callers send, checked. */
import { type Check, integer, list, nullable, number, object, optional, text } from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';
import type { LocalRequest } from '../../runtime/socket/server.ts';
import type { Actor } from '../client/types.ts';
import { badRequest } from '../refused.ts';
import { checkNewRule } from '../rules/options.ts';

const mostBytes = 256 * 1024;
const short = text({ min: 1, max: 256 });
const checkBy = object({ who: short, role: short, from: text({ max: 256 }) });
const checkOrder = object({ by: checkBy });

const longestNote = 500;
export const checkAcknowledgement = object({
  note: text({ max: longestNote }),
  untilMs: nullable(number({ min: 0 })),
  by: checkBy,
});

const mostDays = 31;
export const checkPreview = object({
  rule: checkNewRule,
  days: number({ min: 0.01, max: mostDays }),
  machines: optional(list(integer({ min: 1, max: 2 ** 32 - 1 }), { min: 1, max: 1000 })),
});

export async function bodyOf<T>(check: Check<T>, request: LocalRequest): Promise<T> {
  return parsed(check, await request.json(mostBytes));
}

/** Who asks for something that needs no further word. */
export async function byOf(request: LocalRequest): Promise<Actor> {
  return (await bodyOf(checkOrder, request)).by;
}

/** What is asked for, named as its caller names it, and who asks. */
export async function orderOf<T>(
  request: LocalRequest,
  field: string,
  check: Check<T>,
): Promise<{ asked: T; by: Actor }> {
  const body = (await request.json(mostBytes)) as Record<string, unknown> | null | undefined;
  return { asked: parsed(check, body?.[field]), by: parsed(checkBy, body?.by, 'by') };
}

export function parsed<T>(check: Check<T>, value: unknown, path?: string): T {
  try {
    return check(value, path);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw badRequest(error);
  }
}
