/** The table of verbs: one line each. */
import { ack } from './ack.ts';
import { admit } from './admit.ts';
import { alerts } from './alerts.ts';
import { backup } from './backup.ts';
import { clock } from './clock.ts';
import { display } from './display.ts';
import { journal } from './journal.ts';
import { machines } from './machines.ts';
import { notice } from './notice.ts';
import { probe } from './probe.ts';
import { processes } from './processes.ts';
import { restore } from './restore.ts';
import { services } from './services.ts';
import { status } from './status.ts';
import { testMail } from './test-mail.ts';
import { token } from './token.ts';
import type { Verb } from './verb.ts';
import { waiting } from './waiting.ts';

export const verbs = {
  status,
  machines,
  services,
  processes,
  notice,
  alerts,
  ack,
  probe,
  'test-mail': testMail,
  waiting,
  admit,
  token,
  journal,
  display,
  clock,
  backup,
  restore,
} as const satisfies Record<string, Verb>;
