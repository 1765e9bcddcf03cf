/** An SMTP server by hand, of whose dialogue every line can be refused, left without an answer, or the end. */

import { X509Certificate } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { TLSSocket } from 'node:tls';
import { makeCertificate } from './certificates.ts';

/** In their order; `body` is in the middle of the message, `end` the line that ends it, `answered` when it was taken and said so. */
export const dialogue = [
  ...['banner', 'ehlo', 'starttls', 'auth', 'mail', 'first', 'second', 'both', 'data', 'body', 'end'],
  ...['answered', 'quit'],
] as const;
export type Line = (typeof dialogue)[number];
/** `keep-…`: the message is taken, and nobody is told. */
export type How = 'refuse' | 'busy' | 'hang' | 'die' | 'keep-die' | 'keep-hang';
export type Obstacle = { at: Line; how: How };

/** `text`: without the ends of lines that mail puts into it. */
export type Taken = { to: string[]; id: string; text: string };

export class ScriptedSmtp {
  readonly taken: Taken[] = [];
  /** Each is met by one dialogue, the first that comes to its line. */
  readonly script: Obstacle[] = [];
  readonly port: number;
  readonly fingerprint: string;

  private constructor(port: number, fingerprint: string) {
    this.port = port;
    this.fingerprint = fingerprint;
  }

  static async open(t: TestContext): Promise<ScriptedSmtp> {
    const { pem, keyPem } = makeCertificate({ name: 'localhost', dns: ['localhost'] });
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      new Dialogue(self, socket, { cert: pem, key: keyPem }).begin();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      for (const socket of open) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    const fingerprint = new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
    const self = new ScriptedSmtp((server.address() as { port: number }).port, fingerprint);
    return self;
  }
}

class Dialogue {
  readonly #server: ScriptedSmtp;
  readonly #plain: Socket;
  readonly #secrets: { cert: string; key: string };
  #line: Socket;
  #heard = '';
  #to: string[] = [];
  #message: string | null = null;
  #isOver = false;
  /** Of this dialogue, nobody is taken. */
  #none: Obstacle | undefined;

  constructor(server: ScriptedSmtp, socket: Socket, secrets: { cert: string; key: string }) {
    this.#server = server;
    this.#plain = socket;
    this.#line = socket;
    this.#secrets = secrets;
    socket.on('error', () => undefined);
  }

  begin(): void {
    this.#listen();
    this.#at('banner', () => this.#say('220 localhost'));
  }

  #listen(): void {
    this.#line.on('data', (bytes: Buffer) => {
      this.#heard += bytes.toString('latin1');
      if (this.#message !== null) this.#at('body', () => undefined);
      for (let end = this.#next(); end >= 0; end = this.#next()) {
        const line = this.#heard.slice(0, end);
        this.#heard = this.#heard.slice(end + 2);
        if (this.#message === null) this.#command(line);
        else if (line === '.') this.#end();
        else this.#message += `${line}\r\n`;
      }
    });
  }

  #next(): number {
    return this.#isOver ? -1 : this.#heard.indexOf('\r\n');
  }

  #command(line: string): void {
    const word = line.slice(0, 4).toUpperCase();
    if (word === 'EHLO' || word === 'HELO') {
      const offers = this.#line === this.#plain ? 'STARTTLS' : 'AUTH PLAIN';
      this.#at('ehlo', () => this.#say(`250-localhost\r\n250 ${offers}`));
    } else if (word === 'STAR') this.#at('starttls', () => this.#encrypt());
    else if (word === 'AUTH') this.#at('auth', () => this.#say('235 welcome'));
    else if (word === 'MAIL') this.#at('mail', () => this.#say('250 yes'));
    else if (word === 'RCPT') this.#receiver(/<(.*)>/.exec(line)?.[1] ?? '');
    else if (word === 'DATA')
      this.#at('data', () => {
        this.#message = '';
        this.#say('354 go on');
      });
    else if (word === 'QUIT') this.#at('quit', () => this.#plain.end());
    else this.#say('500 what?');
  }

  #receiver(address: string): void {
    const isFirst = address.startsWith('anne');
    if (this.#server.script[0]?.at === 'both') this.#none = this.#server.script.shift();
    if (this.#none !== undefined) {
      this.#refuse(this.#none);
      return;
    }
    this.#at(isFirst ? 'first' : 'second', () => {
      this.#to.push(address);
      this.#say('250 yes');
    });
  }

  #end(): void {
    const raw = this.#message ?? '';
    this.#message = null;
    const keep = () => {
      const id = /^Message-ID: <(.*)>\r$/m.exec(raw)?.[1] ?? '';
      this.#server.taken.push({ to: this.#to, id, text: raw.replaceAll('=\r\n', '') });
    };
    if (this.#server.script[0]?.at === 'end' && this.#server.script[0].how.startsWith('keep')) keep();
    this.#at('end', () => {
      keep();
      this.#line.write('250 taken\r\n', () => this.#at('answered', () => undefined));
    });
  }

  #encrypt(): void {
    this.#plain.removeAllListeners('data');
    this.#plain.write('220 go on\r\n');
    this.#heard = '';
    this.#line = new TLSSocket(this.#plain, { isServer: true, ...this.#secrets });
    this.#line.on('error', () => undefined);
    this.#listen();
  }

  /** What stands in the script for this line; else as it goes well. */
  #at(line: Line, well: () => void): void {
    const [next] = this.#server.script;
    if (next?.at !== line) {
      well();
      return;
    }
    this.#server.script.shift();
    this.#isOver = /die|hang/.test(next.how);
    if (next.how.endsWith('die')) this.#plain.destroy();
    else if (next.how.endsWith('hang')) this.#line.removeAllListeners('data').resume();
    else this.#refuse(next);
  }

  #refuse({ at, how }: Obstacle): void {
    const final = at === 'auth' ? 535 : 554;
    this.#say(`${how === 'busy' ? 451 : final} no ${at} today`);
  }

  #say(words: string): void {
    this.#line.write(`${words}\r\n`);
  }
}
