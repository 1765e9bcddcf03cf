/**
 * A network that does what TLS keeps others from doing: it has the keys of both ends, and so drops, doubles and reorders
 * messages, in both directions, and cuts connections after the box has committed and before the machine can know.
 */
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { encodeFrame, type Frame, FrameReader } from '../../../appliance/protocol/frame.ts';
import { keyHashOfCertificate } from '../../../appliance/protocol/identity.ts';
import { messageTypes, parseMessage } from '../../../appliance/protocol/messages.ts';
import { type Samples, SamplesDecoder, SamplesEncoder } from '../../../appliance/protocol/samples.ts';

type Keys = { keyPem: string; certificatePem: string };
export type Mischief = { dropped: number; doubled: number; reordered: number; cuts: number; unheard: number };

const tls = { ALPNProtocols: ['netmonitor/1'], minVersion: 'TLSv1.3', rejectUnauthorized: false } as const;

export class SpeakingProxy {
  readonly done: Mischief = { dropped: 0, doubled: 0, reordered: 0, cuts: 0, unheard: 0 };
  readonly most: number;
  readonly bytes: number;
  readonly random: () => number;
  /** However few messages there are, one is dropped, one comes again and one late. */
  readonly first = [0.05, 0.25, 0.9, 0.15];
  readonly #target: number;
  readonly #server: Server;
  readonly #ends = new Set<() => void>();

  /** `bytes`: what a connection may carry at most before it is cut. */
  constructor(o: {
    target: number;
    box: Keys;
    machines: ReadonlyMap<string, Keys>;
    cuts: number;
    bytes: number;
    random: () => number;
  }) {
    this.#target = o.target;
    this.most = o.cuts;
    this.bytes = o.bytes;
    this.random = o.random;
    const { keyPem: key, certificatePem: cert } = o.box;
    this.#server = createServer({ ...tls, key, cert, requestCert: true }, (near) => {
      const certificate = near.getPeerX509Certificate();
      const keys = certificate && o.machines.get(keyHashOfCertificate(certificate));
      if (keys === undefined) near.destroy();
      else this.#pass(near, keys);
    });
    this.#server.on('tlsClientError', () => undefined); // somebody left in the middle of a handshake
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    for (const end of this.#ends) end();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(near: TLSSocket, { keyPem: key, certificatePem: cert }: Keys): void {
    const far = connect({ ...tls, host: '127.0.0.1', port: this.#target, key, cert });
    const talk = new Talk(this, near, far);
    const end = () => {
      this.#ends.delete(end);
      talk.end();
    };
    this.#ends.add(end);
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
  }
}

/** One connection. What is held back goes out behind later messages, and is lost with the connection. */
class Talk {
  readonly #proxy: SpeakingProxy;
  readonly #near: TLSSocket;
  readonly #far: TLSSocket;
  readonly #decoder = new SamplesDecoder();
  readonly #encoder = new SamplesEncoder();
  readonly #doomed: boolean;
  #width = 0;
  #bytesLeft: number;
  #heldSamples: Samples | undefined;
  #heldAck: Uint8Array | undefined;
  #cutting: NodeJS.Timeout | undefined;
  /** What was dropped or is held back does not wait for more to be said. */
  #later: NodeJS.Timeout | undefined;
  #answerLater: NodeJS.Timeout | undefined;

  constructor(proxy: SpeakingProxy, near: TLSSocket, far: TLSSocket) {
    this.#proxy = proxy;
    this.#near = near;
    this.#far = far;
    this.#doomed = proxy.done.cuts < proxy.most;
    this.#bytesLeft = 4_000 + proxy.random() * proxy.bytes;
    const [said, answered] = [new FrameReader(), new FrameReader()];
    near.on('data', (chunk: Buffer) => {
      for (const frame of said.push(chunk)) this.#fromMachine(frame);
      this.#bytesLeft -= chunk.length;
      if (this.#doomed && this.#bytesLeft <= 0 && proxy.done.cuts < proxy.most) this.#cut();
    });
    far.on('data', (chunk: Buffer) => {
      for (const frame of answered.push(chunk)) this.#fromBox(frame);
    });
  }

  end(): void {
    clearTimeout(this.#cutting);
    clearTimeout(this.#later);
    clearTimeout(this.#answerLater);
    this.#near.destroy();
    this.#far.destroy();
  }

  #fromMachine(frame: Frame): void {
    if (frame.type === messageTypes.samples) {
      this.#samples(this.#decoder.decode(frame.body, this.#width));
      return;
    }
    const message = parseMessage(frame);
    if (message?.kind === 'dictionary') this.#width = message.body.from + message.body.series.length;
    this.#far.write(encodeFrame(frame.type, frame.body));
  }

  #samples(samples: Samples): void {
    const { random, done } = this.#proxy;
    const what = this.#proxy.first.shift() ?? random();
    // What is dropped comes again only with another connection.
    if (what < 0.1 && this.#doomed) {
      done.dropped += 1;
      setTimeout(() => this.#cut(), 500 + random() * 2_000).unref();
      return;
    }
    if (what < 0.3 && this.#heldSamples === undefined) {
      this.#heldSamples = samples;
      this.#later = setTimeout(() => this.#release(), 1_000);
      if (what < 0.2) {
        done.reordered += 1;
        return;
      }
      done.doubled += 1;
    }
    this.#forward(samples);
    if (this.#heldSamples !== samples && random() < 0.5) this.#release();
  }

  #release(): void {
    clearTimeout(this.#later);
    if (this.#heldSamples !== undefined) this.#forward(this.#heldSamples);
    this.#heldSamples = undefined;
  }

  /** The chain is ours: series may have been added since the message was said. */
  #forward({ run, ticks }: Samples): void {
    const wide = ticks.map((tick) => ({
      ...tick,
      values: Array.from({ length: this.#width }, (_, index) => tick.values[index]),
    }));
    this.#far.write(this.#encoder.encode(run === undefined ? { ticks: wide } : { run, ticks: wide }));
  }

  #fromBox(frame: Frame): void {
    const bytes = encodeFrame(frame.type, frame.body);
    if (this.#cutting !== undefined) return;
    const what = this.#proxy.random();
    if (frame.type !== messageTypes.ack || what > 0.4) {
      this.#near.write(bytes);
    } else if (what < 0.2 && this.#heldAck === undefined) {
      this.#proxy.done.reordered += 1;
      this.#heldAck = bytes;
      this.#answerLater = setTimeout(() => this.#releaseAck(), 1_000);
      return;
    } else {
      this.#proxy.done.doubled += 1;
      this.#near.write(bytes);
      this.#near.write(bytes);
    }
    if (frame.type === messageTypes.ack) this.#releaseAck();
  }

  #releaseAck(): void {
    clearTimeout(this.#answerLater);
    if (this.#heldAck !== undefined) this.#near.write(this.#heldAck);
    this.#heldAck = undefined;
  }

  /** At once, or when the box has had time to commit what the machine will not hear of. */
  #cut(): void {
    const { random, done } = this.#proxy;
    if (this.#cutting !== undefined || this.#near.destroyed) return;
    done.cuts += 1;
    const isUnheard = done.unheard === 0 || random() < 0.6;
    if (isUnheard) done.unheard += 1;
    this.#cutting = setTimeout(() => this.end(), isUnheard ? 200 + random() * 1_800 : 0);
  }
}
