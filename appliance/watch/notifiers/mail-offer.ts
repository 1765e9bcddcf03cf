/** What a mail server offers: its usual ports are knocked at, nothing but a greeting is said, and the best of it is suggested. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Clock } from '../../runtime/clock.ts';
import { Failure } from '../../runtime/errors.ts';
import type { MailAnswer, MailOffer } from '../client/channels.ts';
import { vouched } from './certificate.ts';
import { askDomain, type MailQuestions, serversFor } from './mail-names.ts';
import { plainWords, Undelivered } from './notifier.ts';
import type { Reach } from './reach.ts';
import { addressesOf, opened } from './road.ts';

export type MailDoor = { port: number; secure: boolean };

const usualDoors: readonly MailDoor[] = [
  { port: 587, secure: false },
  { port: 465, secure: true },
  { port: 25, secure: false },
];

const stepMs = 4_000;
const allMs = 8_000;
const mostBytes = 16 * 1024;

type Limits = { stepMs: number; allMs: number };
type Knocking = {
  clock: Clock;
  reach: Pick<Reach, 'isElsewhere'>;
  doors?: readonly MailDoor[];
  /** For each step of the dialogue, and for all of it. */
  limits?: Limits;
  questions?: MailQuestions;
};

/** Of a server; or of the best server of a mail address. */
export async function mailOffer(o: Knocking & { host: string }): Promise<MailOffer> {
  const { host, clock, reach, doors = usualDoors, limits = { stepMs, allMs } } = o;
  const servers = host.includes('@') ? await serversFor(host, o.questions ?? askDomain) : [host];
  if (servers.length === 0) throw noServer(host);
  const looks = await Promise.all(
    servers.map(async (server) => {
      const found = await placesOf(server, reach, limits);
      return { server, found, answers: await knockedAt(server, found, { clock, doors, limits }) };
    }),
  );
  const [only] = looks;
  if (looks.length === 1 && only?.found instanceof Failure) throw only.found;
  const best = looks.reduce((a, b) => (worthOf(b.answers) > worthOf(a.answers) ? b : a));
  const { server, answers } = best;
  return { host: server, tried: servers, answers, suggestion: suggested(answers) };
}

function noServer(address: string): Failure {
  return new Failure(
    'BAD_REQUEST',
    {
      en: `${address} has no mail server that could be looked for: give the name of the server`,
      fr: `${address} n’a pas de serveur de courriel à chercher : donnez le nom du serveur`,
    },
    { path: 'host' },
  );
}

/** The addresses; or why there are none. */
function placesOf(
  server: string,
  reach: Pick<Reach, 'isElsewhere'>,
  limits: Limits,
): Promise<string[] | Error> {
  const never = new AbortController().signal;
  return addressesOf(server, { reach, timeoutMs: limits.stepMs, signal: never }).catch((error: unknown) => {
    if (error instanceof Failure || error instanceof Undelivered) return error;
    throw error;
  });
}

function knockedAt(
  host: string,
  found: string[] | Error,
  o: { clock: Clock; doors: readonly MailDoor[]; limits: Limits },
): Promise<MailAnswer[]> {
  return Promise.all(
    o.doors.map(async (door) =>
      found instanceof Error
        ? { ...silenceOf(door), words: plainWords(found.message) }
        : knocked({ ...o, host, addresses: found, door }),
    ),
  );
}

type Knock = { host: string; addresses: readonly string[]; clock: Clock; limits: Limits; door: MailDoor };

const silenceOf = ({ port }: MailDoor): MailAnswer => ({
  ...{ port, answers: false, security: null, words: '' },
  ...{ fingerprint: null, names: [], doubt: null },
});

async function knocked({ host, addresses, clock, limits, door }: Knock): Promise<MailAnswer> {
  const silence = silenceOf(door);
  const { default: SMTPConnection } = await import('nodemailer/lib/smtp-connection');
  let socket: Socket;
  try {
    socket = await opened(host, door.port, addresses, AbortSignal.timeout(limits.stepMs));
  } catch (error) {
    if (!(error instanceof Undelivered)) throw error;
    return { ...silence, words: error.message };
  }
  const connection = new SMTPConnection({
    ...{ connection: socket, host, port: door.port, secure: door.secure, name: 'netmonitor.local' },
    // Looked at, not believed: nothing is said over this connection.
    tls: { rejectUnauthorized: false, minVersion: 'TLSv1.2' },
    ...{ connectionTimeout: limits.stepMs, greetingTimeout: limits.stepMs, socketTimeout: limits.stepMs },
    ...{ socketCloseTimeout: 0, maxResponseSize: mostBytes },
  });
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
  const best = answers.reduce<MailAnswer | null>(
    (a, b) => (worth(b) > (a === null ? 0 : worth(a)) ? b : a),
    null,
  );
  if (best === null || best.security === null) return null;
  const { port, security, doubt, fingerprint } = best;
  return { port, security, fingerprint: doubt === null ? null : fingerprint };
}

const worthOf = (answers: readonly MailAnswer[]) => Math.max(0, ...answers.map(worth));

function worth({ answers, security, doubt }: MailAnswer): number {
  if (!answers || security === null) return 0;
  return security === 'none' ? 1 : doubt === null ? 3 : 2;
}
