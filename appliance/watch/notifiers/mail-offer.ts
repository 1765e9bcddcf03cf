/** What a mail server offers: its usual ports are knocked at, nothing but a greeting is said, and the best of it is suggested. */
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../runtime/clock.ts';
import type { MailAnswer, MailOffer } from '../client/channels.ts';
import { vouched } from './certificate.ts';
import { plainWords } from './notifier.ts';

export type MailDoor = { port: number; secure: boolean };

const usualDoors: readonly MailDoor[] = [
  { port: 587, secure: false },
  { port: 465, secure: true },
  { port: 25, secure: false },
];

const stepMs = 4_000;
const allMs = 8_000;
const mostBytes = 16 * 1024;

export async function mailOffer(o: {
  host: string;
  clock: Clock;
  doors?: readonly MailDoor[];
  /** For each step of the dialogue, and for all of it. */
  limits?: { stepMs: number; allMs: number };
}): Promise<MailOffer> {
  const { host, clock, doors = usualDoors, limits = { stepMs, allMs } } = o;
  const answers = await Promise.all(doors.map((door) => knocked({ host, clock, limits, door })));
  return { host, answers, suggestion: suggested(answers) };
}

type Knock = { host: string; clock: Clock; limits: { stepMs: number; allMs: number }; door: MailDoor };

async function knocked({ host, clock, limits, door }: Knock): Promise<MailAnswer> {
  const { default: SMTPConnection } = await import('nodemailer/lib/smtp-connection');
  const timeouts = {
    connectionTimeout: limits.stepMs,
    greetingTimeout: limits.stepMs,
    dnsTimeout: limits.stepMs,
  };
  const connection = new SMTPConnection({
    ...{ host, port: door.port, secure: door.secure, name: 'netmonitor.local' },
    // Looked at, not believed: nothing is said over this connection.
    tls: { rejectUnauthorized: false, minVersion: 'TLSv1.2' },
    ...{ ...timeouts, socketTimeout: limits.stepMs, socketCloseTimeout: 0, maxResponseSize: mostBytes },
  });
  const silence: MailAnswer = {
    ...{ port: door.port, answers: false, security: null, words: '' },
    ...{ fingerprint: null, names: [], doubt: null },
  };
  try {
    return await new Promise<MailAnswer>((resolve) => {
      const giveUp = (words: string) => resolve({ ...silence, words: plainWords(words) });
      const timer = clock.after(limits.allMs, () => giveUp('no answer in time'));
      const fails = (error: Error & { response?: string }) => {
        timer.stop();
        giveUp(error.response ?? error.message);
      };
      // Also what comes after it was judged.
      connection.on('error', fails);
      connection.once('end', () => fails(new Error('the server ended the connection')));
      connection.connect((error) => {
        if (error) return fails(error);
        timer.stop();
        const said = connection.lastServerResponse;
        const words = plainWords(said === false ? '' : said);
        const socket = connection._socket;
        if (!(socket instanceof TLSSocket)) {
          resolve({ ...silence, answers: true, security: 'none', words });
          return;
        }
        const security = door.secure ? 'tls' : 'starttls';
        resolve({ ...silence, answers: true, security, words, ...vouched(socket, host) });
      });
    });
  } finally {
    connection.quit();
    connection.close();
  }
}

/** Encrypted before open, vouched for before doubtful, then in the order of the doors. */
function suggested(answers: readonly MailAnswer[]): MailOffer['suggestion'] {
  const worth = ({ security, doubt }: MailAnswer) => (security === 'none' ? 0 : doubt === null ? 2 : 1);
  const best = answers
    .filter((one) => one.answers && one.security !== null)
    .reduce<MailAnswer | null>((a, b) => (a !== null && worth(a) >= worth(b) ? a : b), null);
  if (best === null || best.security === null) return null;
  const { port, security, doubt, fingerprint } = best;
  return { port, security, fingerprint: doubt === null ? null : fingerprint };
}
