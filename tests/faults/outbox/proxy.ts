/**
 * A network that spoils connections: it cuts them in the middle of what is said, or keeps what the box answers to itself
 * for a while and cuts then, so that the box has committed what the machine must think lost.
 */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class CuttingProxy {
  cuts = 0;
  /** Of them: answers of the box were held back before. */
  unheard = 0;
  readonly #target: number;
  readonly #random: () => number;
  readonly #most: number;
  readonly #longest: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();

  /** `bytes`: what a connection may carry at most before it is cut. */
  constructor(o: { target: number; cuts: number; bytes: number; random: () => number }) {
    this.#target = o.target;
    this.#most = o.cuts;
    this.#longest = o.bytes;
    this.#random = o.random;
    this.#server = createServer((near) => this.#pass(near));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  start(): Promise<void> {
    return new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(near: Socket): void {
    const far = connect(this.#target, '127.0.0.1');
    const both = [near, far];
    const end = () => {
      for (const socket of both) socket.destroy();
    };
    for (const socket of both) {
      this.#sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    const doomed = this.cuts < this.#most;
    let bytesLeft = doomed ? 4_000 + this.#random() * this.#longest : Number.POSITIVE_INFINITY;
    const keepsAnswers = this.#random() < 0.6;
    let cutting = false;
    near.on('data', (chunk: Buffer) => {
      bytesLeft -= chunk.length;
      if (bytesLeft > 0 || cutting || this.cuts >= this.#most) {
        far.write(chunk);
        return;
      }
      cutting = true;
      this.cuts++;
      if (!keepsAnswers) {
        far.write(chunk.subarray(0, Math.floor(this.#random() * chunk.length)), end);
        return;
      }
      this.unheard++;
      far.write(chunk);
      far.pause();
      const timer = setTimeout(end, 200 + this.#random() * 1_800);
      this.#timers.add(timer);
      far.once('close', () => clearTimeout(timer));
    });
    far.on('data', (chunk: Buffer) => near.write(chunk));
  }
}
