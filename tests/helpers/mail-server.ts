/** A real SMTP server that can be made to refuse, to hang and to die at each step of the dialogue. */
import { randomInt } from 'node:crypto';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type Made, makeCertificate } from './certificates.ts';

export const steps = ['greeting', 'ehlo', 'starttls', 'auth', 'mail', 'rcpt', 'data'] as const;
export type Step = (typeof steps)[number];
/** `die` after the last step: the message is kept, and no answer is given. */
export type Trouble = { at: Step; how: 'refuse' | 'busy' | 'hang' | 'die' };

export type Arrived = { from: string; to: string[]; user: string | null; raw: string };

type Fixture = { after(undo: () => Promise<void>): void };
type Done = (error?: Error | null) => void;

export class MailServer {
  readonly arrived: Arrived[] = [];
  trouble: Trouble | null = null;
  /** Addresses that are refused, with the code. */
  readonly refused = new Map<string, number>();
  dialogues = 0;
  /** Told of each step of a dialogue; `accepted`: it has the message, `answered`: it says so. */
  onStep: ((step: Step | 'accepted' | 'answered') => void) | null = null;
  readonly port: number;
  readonly fingerprint: string;

  private constructor(port: number, fingerprint: string) {
    this.port = port;
    this.fingerprint = fingerprint;
  }

  static async open(
    t: Fixture,
    o: { certificate?: Made; secure?: boolean; plain?: boolean; port?: number } = {},
  ): Promise<MailServer> {
    const { X509Certificate } = await import('node:crypto');
    const made = o.certificate ?? makeCertificate({ name: 'localhost', dns: ['localhost'] });
    const open = new Set<Socket>();
    let self: MailServer;
    const at = (step: Step, session: { remotePort: number }, done: Done, go: () => void = done) => {
      self.onStep?.(step);
      const how = self.trouble?.at === step ? self.trouble.how : null;
      if (how === null) return go();
      if (how === 'hang') return;
      if (how === 'die') {
        for (const socket of open) if (socket.remotePort === session.remotePort) socket.destroy();
        return;
      }
      const code = how === 'busy' ? 451 : step === 'auth' ? 535 : 554;
      done(Object.assign(new Error(`no ${step} today`), { responseCode: code }));
    };
    const smtp = new SMTPServer({
      ...{
        secure: o.secure === true,
        cert: made.pem,
        key: made.keyPem,
        authOptional: true,
        disableReverseLookup: true,
      },
      ...{
        disabledCommands: o.plain === true ? ['STARTTLS'] : [],
        allowInsecureAuth: false,
        closeTimeout: 100,
        logger: false,
      },
      onConnect: (session, done) => at('greeting', session, done),
      onAuth: ({ username, password }, session, done) =>
        at('auth', session, done as Done, () =>
          password === 'correct'
            ? done(null, { user: username })
            : done(Object.assign(new Error('who are you'), { responseCode: 535 })),
        ),
      onMailFrom: (_, session, done) => at('mail', session, done),
      onRcptTo: ({ address }, session, done) =>
        at('rcpt', session, done, () => {
          const code = self.refused.get(address);
          done(
            code === undefined ? null : Object.assign(new Error(`not ${address}`), { responseCode: code }),
          );
        }),
      onData(stream, session, done) {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const keep = () => {
            const { mailFrom, rcptTo } = session.envelope;
            self.arrived.push({
              from: mailFrom === false ? '' : mailFrom.address,
              to: rcptTo.map(({ address }) => address),
              user: session.user ?? null,
              raw: Buffer.concat(parts).toString('utf8'),
            });
          };
          // Accepted, and dead before the answer.
          if (self.trouble?.at === 'data' && self.trouble.how === 'die') keep();
          at('data', session, done, () => {
            keep();
            self.onStep?.('accepted');
            done();
            self.onStep?.('answered');
          });
        });
      },
    } as SMTPServerOptions);
    smtp.on('error', () => undefined); // Clients that end a dialogue early are what is tested.
    smtp.server.on('connection', (socket: Socket) => {
      self.dialogues++;
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      // What the server's library does by itself: here the lines of the client are looked at.
      socket.prependListener('data', (bytes: Buffer) => {
        const word = bytes.toString('latin1').slice(0, 8).toUpperCase();
        const step = word.startsWith('EHLO') ? 'ehlo' : word.startsWith('STARTTLS') ? 'starttls' : null;
        if (step !== null && self.trouble?.at === step && self.trouble.how === 'die') socket.destroy();
      });
    });
    await new Promise<void>((resolve) => smtp.listen(o.port ?? 0, '127.0.0.1', resolve));
    const { port } = smtp.server.address() as AddressInfo;
    self = new MailServer(
      port,
      new X509Certificate(made.pem).fingerprint256.replaceAll(':', '').toLowerCase(),
    );
    t.after(async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    });
    return self;
  }
}

/** A port at which nobody answers: not one of those that systems give to whoever asks for any, in this process or another. */
export async function closedPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + randomInt(10_000);
    const isClosed = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(false));
      socket.on('error', () => resolve(true)).on('connect', () => socket.destroy());
    });
    if (isClosed) return port;
  }
}

/** The sentences of tests in each mail that arrived, each once. */
export function toldOf(server: MailServer): string[] {
  return server.arrived.flatMap(({ raw }) => {
    const body = raw.slice(raw.indexOf('\r\n\r\n'));
    return [...new Set(body.match(/(?:trouble|over|still) \d+(?:, \w+)?/g) ?? [])];
  });
}
