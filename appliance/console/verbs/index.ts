/** The table of verbs: one line each. */
import { admit } from './admit.ts';
import { display } from './display.ts';
import { journal } from './journal.ts';
import { machines } from './machines.ts';
import { status } from './status.ts';
import type { Verb } from './verb.ts';
import { waiting } from './waiting.ts';

export const verbs = { status, machines, waiting, admit, journal, display } as const satisfies Record<
  string,
  Verb
>;
