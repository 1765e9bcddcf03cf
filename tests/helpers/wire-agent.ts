/** A small agent that speaks the real wire over real TLS, for tests of the door: it says exactly what the test tells it to say. */
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { FrameReader } from '../../appliance/protocol/frame.ts';
import { keyHash, keyHashOfCertificate } from '../../appliance/protocol/identity.ts';
import {
  type Body,
  encodeMessage,
  type Hello,
  type JsonMessage,
  type MessageKind,
  parseMessage,
} from '../../appliance/protocol/messages.ts';
import { commitmentHolds, digits, newNonce } from '../../appliance/protocol/pairing.ts';
import { type Samples, SamplesEncoder } from '../../appliance/protocol/samples.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import { selfSignedCertificate } from '../../appliance/runtime/certificate.ts';
import { eventually } from './eventually.ts';

export type WireIdentity = { keyPem: string; certificatePem: string; id: string; spki: string };

export function wireIdentity(
  key: KeyObject = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
): WireIdentity {
  const publicKey = createPublicKey(key);
  return {
    keyPem: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificatePem: selfSignedCertificate(key, { commonName: 'agent' }),
    id: keyHash(publicKey),
    spki: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

export const newRun = () => randomBytes(16).toString('hex');

export const gauge = (name: string): Series => ({ name, unit: '1', scale: 0, kind: 'gauge' });

export type WireAgentOptions = {
  port: number;
  identity?: WireIdentity;
  host?: string;
  alpn?: string[];
  localAddress?: string;
  /** Take part in the pairing as an agent does; the default. */
  pairs?: boolean;
  /** Answer pings; the default. */
  pongs?: boolean;
};

export class WireAgent {
  readonly identity: WireIdentity;
  readonly heard: JsonMessage[] = [];
  readonly run = newRun();
  readonly osBoot = newRun();
  /** The box that this agent sees, which need not be the box. */
  boxHash = '';
  /** What this agent would show to its person. */
  digits: string | null = null;
  closed = false;
  readonly #o: WireAgentOptions;
  readonly #socket: TLSSocket;
  readonly #reader = new FrameReader();
  readonly #samples = new SamplesEncoder();
  #commit = '';
  nonce = '';
  #errors: unknown[] = [];

  constructor(o: WireAgentOptions) {
    this.#o = o;
    this.identity = o.identity ?? wireIdentity();
    this.#socket = connect({
      host: o.host ?? '127.0.0.1',
      port: o.port,
      key: this.identity.keyPem,
      cert: this.identity.certificatePem,
      ALPNProtocols: o.alpn ?? ['netmonitor/1'],
      minVersion: 'TLSv1.3',
      rejectUnauthorized: false,
      ...(o.localAddress ? { localAddress: o.localAddress } : {}),
    });
    this.#socket.on('secureConnect', () => {
      const certificate = this.#socket.getPeerX509Certificate();
      if (certificate) this.boxHash = keyHashOfCertificate(certificate);
    });
    this.#socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#socket.on('error', (error) => this.#errors.push(error));
    this.#socket.on('close', () => {
      this.closed = true;
    });
  }

  /** Connects, says hello and waits for the answer, whichever it is. */
  static async greet(o: WireAgentOptions, hello: Partial<Hello> = {}): Promise<WireAgent> {
    const agent = new WireAgent(o);
    agent.send('hello', agent.hello(hello));
    await agent.until('an answer to hello', () => agent.heard.length > 0 || agent.closed);
    return agent;
  }

  /** The same at a box that may still be starting. */
  static async welcomed(o: WireAgentOptions, hello: Partial<Hello> = {}): Promise<WireAgent> {
    return eventually('the box is open', async () => {
      const agent = await WireAgent.greet(o, hello);
      if (agent.welcome !== undefined) return agent;
      agent.cut();
      return undefined;
    });
  }

  hello(more: Partial<Hello> = {}): Hello {
    return {
      protocol: [1, 0],
      agent: '0.1.0',
      run: this.run,
      osBoot: this.osBoot,
      runMs: 1_000,
      wallMs: Date.now(),
      synchronised: true,
      name: 'pc',
      os: 'Linux',
      intervalMs: 5_000,
      pinned: true,
      ...more,
    };
  }

  get welcome(): Body<'welcome'> | undefined {
    return this.of('welcome')[0];
  }

  get errors(): Body<'error'>[] {
    return this.of('error');
  }

  of<K extends MessageKind>(kind: K): Body<K>[] {
    return this.heard.filter((one) => one.kind === kind).map((one) => one.body as Body<K>);
  }

  /** Every seq of this run that an ack has covered. */
  acked(run = this.run): Set<number> {
    const seqs = new Set<number>();
    for (const ack of this.of('ack')) {
      if (ack.run !== run) continue;
      for (const [first, last] of ack.seqs) for (let seq = first; seq <= last; seq++) seqs.add(seq);
    }
    return seqs;
  }

  send<K extends MessageKind>(kind: K, body: Body<K>): void {
    this.#socket.write(encodeMessage(kind, body));
  }

  dictionary(names: readonly string[], from = 0): void {
    this.send('dictionary', { from, series: names.map(gauge) });
  }

  samples(samples: Samples): void {
    this.#socket.write(this.#samples.encode(samples));
  }

  /** One tick of these values. */
  tick(seq: number, values: (number | undefined)[], runMs = 1_000 + seq * 5_000): void {
    this.samples({ ticks: [{ seq, runMs, values }] });
  }

  raw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** As the network does it when a cable is pulled. */
  cut(): void {
    this.#socket.destroy();
  }

  end(): void {
    this.#socket.end();
  }

  until(what: string, seen: () => boolean): Promise<boolean> {
    return eventually(what, seen, { withinMs: 20_000, everyMs: 5 });
  }

  #take(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) {
      const message = parseMessage(frame);
      if (message === null || message.kind === 'samples') continue;
      this.heard.push(message);
      if (message.kind === 'ping' && this.#o.pongs !== false) this.send('pong', message.body);
      else if (this.#o.pairs !== false) this.#pair(message);
    }
  }

  #pair(message: JsonMessage): void {
    if (message.kind === 'pairCommit') {
      this.#commit = message.body.commit;
      this.nonce = newNonce();
      this.digits = null;
      this.send('pairNonce', { nonce: this.nonce });
    } else if (message.kind === 'pairReveal') {
      if (!commitmentHolds(this.#commit, message.body.nonce, this.boxHash))
        throw new Error('the box breaks its commitment');
      this.digits = digits({
        boxNonce: message.body.nonce,
        agentNonce: this.nonce,
        boxHash: this.boxHash,
        agentHash: this.identity.id,
      });
    } else if (message.kind === 'pairEnd') this.digits = null;
  }
}
