/** A small box that speaks the real wire over real TLS, for tests of the agent: it admits, acknowledges and pairs as told. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import type { Facts } from '../../appliance/protocol/facts.ts';
import { FrameReader } from '../../appliance/protocol/frame.ts';
import { boxName, keyHash, keyHashOfCertificate } from '../../appliance/protocol/identity.ts';
import { limits } from '../../appliance/protocol/limits.ts';
import {
  type Body,
  encodeMessage,
  type Hello,
  type JsonMessage,
  type Message,
  type MessageKind,
  parseMessage,
} from '../../appliance/protocol/messages.ts';
import { commitment, digits, newNonce } from '../../appliance/protocol/pairing.ts';
import { SamplesDecoder } from '../../appliance/protocol/samples.ts';
import { type Series, unscaled } from '../../appliance/protocol/series.ts';
import type { Tick } from '../../appliance/protocol/ticks.ts';
import { selfSignedCertificate } from '../../appliance/runtime/certificate.ts';
import { eventually } from './eventually.ts';

export type WireBoxOptions = {
  /** Keys of machines that are admitted; 'all' admits anybody, as an attacker's box would. */
  admitted?: 'all' | readonly string[];
  /** Acknowledge each samples message at once. */
  acknowledge?: boolean;
  /** The same key again, for a box that comes back. */
  key?: KeyObject;
  port?: number;
  /** Loopback unless a test says otherwise. */
  host?: string;
  limits?: Partial<Body<'welcome'>['limits']>;
};

export class WireBox {
  readonly name: string;
  readonly hash: string;
  readonly key: KeyObject;
  /** TCP connections, also those that ended before or with the handshake. */
  connections = 0;
  /** Every TLS connection there ever was, also those that never said a word. */
  readonly sessions: WireSession[] = [];
  readonly options: WireBoxOptions;
  readonly #server: Server;
  #machines = 0;

  private constructor(options: WireBoxOptions) {
    this.options = options;
    this.key = options.key ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const certificate = selfSignedCertificate(this.key, { commonName: 'netmonitor' });
    this.hash = keyHashOfCertificate(Buffer.from(certificate.replace(/-----[^-]+-----|\s/g, ''), 'base64'));
    this.name = boxName(this.hash);
    this.#server = createServer(
      {
        key: this.key.export({ type: 'pkcs8', format: 'pem' }),
        cert: certificate,
        minVersion: 'TLSv1.3',
        ALPNProtocols: ['netmonitor/1'],
        requestCert: true,
        rejectUnauthorized: false,
      },
      (socket) => this.sessions.push(new WireSession(this, socket)),
    );
    this.#server.on('connection', () => {
      this.connections += 1;
    });
    this.#server.on('tlsClientError', () => undefined); // an agent that stops in the middle of a handshake
  }

  static async start(options: WireBoxOptions = {}): Promise<WireBox> {
    const box = new WireBox(options);
    await new Promise<void>((resolve, reject) => {
      box.#server.once('error', reject);
      box.#server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
    });
    return box;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the box is not listening');
    return address.port;
  }

  admits(hash: string): boolean {
    const { admitted = [] } = this.options;
    return admitted === 'all' || admitted.includes(hash);
  }

  nextMachine(): number {
    this.#machines += 1;
    return this.#machines;
  }

  /** The n-th connection that said hello, counted from 0. */
  async session(index: number): Promise<WireSession> {
    return eventually(`session ${index} says hello`, () => this.sessions.filter((one) => one.hello)[index]);
  }

  async stop(): Promise<void> {
    for (const session of this.sessions) session.cut();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }
}

export class WireSession {
  readonly agentHash: string;
  readonly heard: MessageKind[] = [];
  readonly dictionary: Series[] = [];
  /** Of the run that said hello. */
  readonly ticks: Tick[] = [];
  /** Of earlier runs. */
  readonly earlier: { run: string; ticks: Tick[] }[] = [];
  readonly clocks: Body<'clocks'>[] = [];
  /** How many ticks each samples message carried. */
  readonly messages: number[] = [];
  readonly events: Body<'events'>['events'] = [];
  /** What has no place of its own here. */
  readonly others: JsonMessage[] = [];
  hello: Hello | undefined;
  facts: Facts | undefined;
  goodbye: string | undefined;
  answer: boolean | undefined;
  closed = false;
  /** Application bytes, without TLS. */
  bytes = 0;
  /** Ends the connection instead of acknowledging once this many ticks have come. */
  cutAfterTicks = Number.POSITIVE_INFINITY;
  readonly #box: WireBox;
  readonly #socket: TLSSocket;
  readonly #reader = new FrameReader();
  readonly #decoder = new SamplesDecoder();
  #agentNonce: string | undefined;
  readonly #broken: unknown[] = [];

  constructor(box: WireBox, socket: TLSSocket) {
    this.#box = box;
    this.#socket = socket;
    const certificate = socket.getPeerX509Certificate();
    this.agentHash = certificate === undefined ? '' : keyHash(certificate.publicKey);
    socket.on('data', (chunk) => this.#take(chunk));
    socket.on('error', (error) => this.#broken.push(error));
    socket.on('close', () => {
      this.closed = true;
    });
  }

  /** What the agent answered to the last commitment. */
  get agentNonce(): string | undefined {
    return this.#agentNonce;
  }

  send<K extends MessageKind>(kind: K, body: Body<K>): void {
    this.#socket.write(encodeMessage(kind, body));
  }

  sendRaw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  acknowledge(...seqs: [number, number][]): void {
    this.send('ack', { run: this.hello!.run, seqs });
  }

  admit(): void {
    this.send('admitted', { machine: this.#box.nextMachine() });
  }

  /** Draws digits as a selection at the box does; resolves with what the box's screen would show. */
  async select(o: { commit?: string } = {}): Promise<string> {
    const nonce = newNonce();
    this.#agentNonce = undefined;
    this.send('pairCommit', { commit: o.commit ?? commitment(nonce, this.#box.hash) });
    const agentNonce = await eventually('the agent sends its nonce', () => this.#agentNonce);
    this.send('pairReveal', { nonce });
    return digits({ boxNonce: nonce, agentNonce, boxHash: this.#box.hash, agentHash: this.agentHash });
  }

  /** The last value of a series as a number. */
  latest(name: string): number | undefined {
    const index = this.dictionary.findIndex((series) => series.name === name);
    const value = this.ticks.at(-1)?.values[index];
    return value === undefined ? undefined : unscaled(value, this.dictionary[index]!.scale);
  }

  get seqs(): number[] {
    return this.ticks.map((tick) => tick.seq);
  }

  stopReading(): void {
    this.#socket.pause();
  }

  cut(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.bytes += chunk.length;
    for (const frame of this.#reader.push(chunk)) {
      const message = parseMessage(frame);
      if (message === null) continue;
      if (message.kind === 'samples') this.#samples(message.body);
      else {
        this.heard.push(message.kind);
        this.#hear(message);
      }
    }
  }

  #samples(body: Uint8Array): void {
    const { run, ticks } = this.#decoder.decode(body, this.dictionary.length);
    if (run === undefined) this.ticks.push(...ticks);
    else this.earlier.push({ run, ticks });
    this.messages.push(ticks.length);
    if (this.ticks.length >= this.cutAfterTicks) this.cut();
    else if (this.#box.options.acknowledge)
      this.send('ack', { run: run ?? this.hello!.run, seqs: ticks.map(({ seq }) => [seq, seq]) });
  }

  #hear(message: Exclude<Message, { kind: 'samples' }>): void {
    if (message.kind === 'hello') this.#welcome(message.body);
    else if (message.kind === 'dictionary') {
      if (message.body.from !== this.dictionary.length) throw new Error('the dictionary has a gap');
      this.dictionary.push(...message.body.series);
    } else if (message.kind === 'clocks') this.clocks.push(message.body);
    else if (message.kind === 'facts') this.facts = message.body;
    else if (message.kind === 'events') this.events.push(...message.body.events);
    else if (message.kind === 'goodbye') {
      this.goodbye = message.body.reason;
      this.#socket.end();
    } else if (message.kind === 'ping') this.send('pong', message.body);
    else if (message.kind === 'pairNonce') this.#agentNonce = message.body.nonce;
    else if (message.kind === 'pairAnswer') this.answer = message.body.same;
    else this.others.push(message);
  }

  #welcome(hello: Hello): void {
    this.hello = hello;
    const admitted = this.#box.admits(this.agentHash);
    this.send('welcome', {
      protocol: [1, 0],
      box: this.#box.name,
      version: '0.1.0',
      state: admitted ? 'admitted' : 'waiting',
      ...(admitted ? { machine: this.#box.nextMachine() } : {}),
      clock: { wallMs: Date.now(), trusted: true },
      limits: {
        frameBytes: limits.frameBytes,
        messagesPerSecond: limits.messagesPerSecond,
        ticksPerMessage: limits.ticksPerMessage,
        series: limits.seriesPerMachine,
        ...this.#box.options.limits,
      },
    });
  }
}
