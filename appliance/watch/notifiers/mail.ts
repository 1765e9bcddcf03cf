/** Mail by SMTP. The certificate is looked at before any password is said; nodemailer is loaded when there is mail to send. */
import { isIP } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Check, hex, integer, list, oneOf, optional, text } from '../../protocol/check.ts';
import { Malformed } from '../../protocol/malformed.ts';
import { isNowhere } from '../../protocol/probes/networks.ts';
import { vouched } from './certificate.ts';
import { mailHeaders, mailHtml, mailSubject, mailText } from './mail-words.ts';
import { type Letter, type Notifier, type Order, type Outcome, plainWords, Undelivered } from './notifier.ts';
import { connectedTo, endOf } from './road.ts';

const securities = ['starttls', 'tls', 'none'] as const;

export type MailOptions = {
  host: string;
  port?: number | undefined;
  security: (typeof securities)[number];
  username?: string | undefined;
  password?: string | undefined;
  fingerprint?: string | undefined;
  from: string;
  to: string[];
};

/** No quotes, no comments, no literal addresses: nothing that could be read as more than one address. */
export const mailAddress = text({
  min: 3,
  max: 254,
  pattern: /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/,
  what: { en: 'a mail address', fr: 'une adresse de courriel' },
});
const addresses = list(mailAddress, { min: 1, max: 50 });
/** As the system reads `127.1` and `0x7f000001`. */
const numbers = /^(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+))*\.?$/i;
const distinct: Check<string[]> = (value, path) => [...new Set(addresses(value, path))];
const hostText = text({
  min: 1,
  max: 253,
  pattern: /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9a-fA-F:]+)$/,
  what: { en: 'the name or address of a server', fr: 'le nom ou l’adresse d’un serveur' },
});
/** Nobody's server: the box itself, what only its cloud or its cable knows, everybody. */
export const mailHost: Check<string> = (value, path) => {
  const host = hostText(value, path);
  if (isIP(host) !== 0 ? isNowhere(host) : numbers.test(host))
    throw new Malformed('OUT_OF_RANGE', path ?? '', {
      en: `${host} is no address of a mail server: give the name or address of the one on your network`,
      fr: `${host} n’est pas l’adresse d’un serveur de courriel : donnez le nom ou l’adresse de celui de votre réseau`,
    });
  return host;
};

export const mail: Notifier<MailOptions> = {
  about: { en: 'Mail', fr: 'Courriel' },
  fields: {
    host: { check: mailHost, isBound: true, about: { en: 'mail server', fr: 'serveur de courriel' } },
    port: {
      check: optional(integer({ min: 1, max: 65_535 })),
      ...{ type: 'number', isOptional: true },
      isBound: true,
      about: { en: 'port', fr: 'port' },
      hint: {
        en: 'Left empty: 587, with TLS from the beginning 465, without encryption 25.',
        fr: 'Laissé vide : 587, avec TLS dès le début 465, sans chiffrement 25.',
      },
    },
    security: {
      check: oneOf(securities),
      ...{ type: 'choice', choices: securities },
      isBound: true,
      about: { en: 'encryption', fr: 'chiffrement' },
    },
    username: {
      check: optional(text({ min: 1, max: 256 })),
      isOptional: true,
      isBound: true,
      about: { en: 'name to sign in with', fr: 'identifiant' },
      hint: {
        en: 'If the server asks for one; often the mail address.',
        fr: 'Si le serveur en demande un ; souvent l’adresse de courriel.',
      },
    },
    password: {
      check: optional(text({ min: 1, max: 512 })),
      isOptional: true,
      isSecret: true,
      about: { en: 'password to sign in with', fr: 'mot de passe' },
    },
    fingerprint: {
      check: optional(hex(32)),
      isOptional: true,
      // Whose certificate it is gets the password.
      isBound: true,
      about: { en: 'trusted certificate', fr: 'certificat de confiance' },
      hint: {
        en: 'Its SHA-256, where no authority vouches for it; a test says it.',
        fr: 'Son SHA-256, si aucune autorité ne le garantit ; un essai le dit.',
      },
    },
    from: { check: mailAddress, about: { en: 'sender', fr: 'expéditeur' } },
    to: { check: distinct, type: 'list', about: { en: 'receivers', fr: 'destinataires' } },
  },
  serverOf: ({ host }) => ({ field: 'host', host }),
  assertFits({ security, username, password }) {
    if (security === 'none' && username !== undefined)
      throw new Malformed('OUT_OF_RANGE', 'security', {
        en: 'a password is not sent without encryption',
        fr: 'un mot de passe n’est pas envoyé sans chiffrement',
      });
    if (username !== undefined && password === undefined)
      throw new Malformed('MISSING', 'password', {
        en: 'a password is missing',
        fr: 'il manque un mot de passe',
      });
  },
  send,
};

type Connection = InstanceType<typeof import('nodemailer/lib/smtp-connection').default>;
type Refusal = Error & { response?: string; responseCode?: number; command?: string };

/** A server that says a byte now and then would keep all that waits behind this letter. */
const mostSteps = 10;

const ended = { en: 'the server ended the connection', fr: 'le serveur a mis fin à la connexion' };

const usualPorts = { starttls: 587, tls: 465, none: 25 };

async function send(order: Order<MailOptions>): Promise<Outcome> {
  const { options, letter, left, timeoutMs, signal } = order;
  const { host: server, security } = options;
  const port = options.port ?? usualPorts[security];
  const message = await composed(options, letter);
  const { default: SMTPConnection } = await import('nodemailer/lib/smtp-connection');
  const connection = new SMTPConnection({
    // Connected to an address that was judged; the name is what the certificate has to say.
    connection: await connectedTo(server, port, order),
    ...{ host: server, port, name: heloName(options.from) },
    ...{ secure: security === 'tls', requireTLS: security === 'starttls', ignoreTLS: security === 'none' },
    // Judged in assertTrusted, where it is known which certificate a person would have to trust.
    tls: { rejectUnauthorized: false, minVersion: 'TLSv1.2' },
    ...{ connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...{ socketCloseTimeout: 0, maxResponseSize: 64 * 1024 },
  });
  try {
    return await Promise.race([
      dialogue(connection, options, left ?? options.to, message),
      lost(connection, AbortSignal.any([signal, AbortSignal.timeout(mostSteps * timeoutMs)])),
    ]);
  } finally {
    connection.close();
  }
}

/** The connection ends, or somebody ends it. */
function lost(connection: Connection, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new Undelivered(endOf(signal)));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    connection.on('error', (error: Refusal) => reject(refusal(error)));
    connection.once('end', () => {
      signal.removeEventListener('abort', stop);
      reject(new Undelivered(ended));
    });
  });
}

/** The server's name for us: many relays refuse what is no full name. */
function heloName(from: string): string {
  return `netmonitor.${from.slice(from.lastIndexOf('@') + 1)}`;
}

async function composed({ from, to }: MailOptions, letter: Letter): Promise<Uint8Array> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const composer = new MailComposer({
    ...{ from: { name: 'NetMonitor', address: from }, to, subject: mailSubject(letter) },
    ...{ text: mailText(letter), html: mailHtml(letter), headers: mailHeaders(letter) },
    ...{ messageId: `<${letter.messageId}@${domain}>`, date: new Date(letter.saidMs) },
    ...(letter.thread === null ? {} : { references: `<${letter.thread}@${domain}>` }),
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  return composer.compile().build();
}

async function dialogue(
  connection: Connection,
  options: MailOptions,
  to: readonly string[],
  message: Uint8Array,
): Promise<Outcome> {
  await step((done) => connection.connect(done));
  if (options.security !== 'none') assertTrusted(connection, options);
  const { username: user, password: pass } = options;
  if (user !== undefined)
    await step((done) => connection.login({ user, pass, credentials: { user, pass } }, done));
  const info = await step<{ response: string; rejectedErrors?: Refusal[] | undefined }>((done) =>
    connection.send({ from: options.from, to: [...to] }, Buffer.from(message), done),
  );
  connection.quit();
  const refused = (info.rejectedErrors ?? []) as (Refusal & { recipient?: string })[];
  const left = refused.flatMap(({ recipient, responseCode = 0 }) =>
    recipient !== undefined && responseCode < 500 ? [recipient] : [],
  );
  const words = [info.response, ...refused.map(({ response = '' }) => response)].join(' · ');
  return { words: plainWords(words), left };
}

/** A step of the dialogue: what it says, or the server's own words. */
function step<T = unknown>(begin: (done: (error?: Error | null, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    begin((error, value) => {
      if (error) reject(refusal(error));
      else resolve(value as T);
    });
  });
}

function refusal(error: Refusal): Undelivered {
  const { response, responseCode = 0, command = '' } = error;
  // Only what is said of this message is final: a wrong password or a closed server may be put right.
  const isOfMessage = /^(MAIL|RCPT|DATA)/.test(command) && responseCode !== 530;
  return new Undelivered(response === undefined || response === '' ? error.message : response, {
    isFinal: isOfMessage && responseCode >= 500,
    isOfMessage,
    cause: error,
  });
}

function assertTrusted(connection: Connection, { host: server, fingerprint }: MailOptions): void {
  const socket = connection._socket;
  if (!(socket instanceof TLSSocket))
    throw new Undelivered({ en: 'the server does not encrypt', fr: 'le serveur ne chiffre pas' });
  const { fingerprint: found, doubt } = vouched(socket, server);
  if (fingerprint !== undefined) {
    if (found === fingerprint) return;
    throw new Undelivered(
      {
        en: 'the certificate is not the one that was trusted',
        fr: 'le certificat n’est pas celui auquel on fait confiance',
      },
      { fingerprint: found },
    );
  }
  if (doubt === null) return;
  throw new Undelivered(
    {
      en: `the certificate is not trusted: ${doubt}`,
      fr: `le certificat n’inspire pas confiance : ${doubt}`,
    },
    { fingerprint: found },
  );
}
