/** Somebody on the way between a machine and the box: leads connections wherever he likes, and keeps what passes. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Between {
  /** Where connections are led from now on. */
  target: number;
  /** What each connection said to the box, as it was on the wire. */
  readonly said: Buffer[][] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number) {
    this.target = target;
    this.#server = createServer((socket) => this.#lead(socket));
  }

  static async start(target: number): Promise<Between> {
    const between = new Between(target);
    await new Promise<void>((resolve, reject) => {
      between.#server.once('error', reject);
      between.#server.listen(0, '127.0.0.1', resolve);
    });
    return between;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('nobody stands between');
    return address.port;
  }

  /** Leads everybody elsewhere, also who is connected. */
  leadTo(target: number): void {
    this.target = target;
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #lead(socket: Socket): void {
    const onward = connect(this.target, '127.0.0.1');
    const said: Buffer[] = [];
    this.said.push(said);
    socket.on('data', (chunk) => said.push(chunk));
    for (const [one, other] of [[socket, onward] as const, [onward, socket] as const]) {
      this.#sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }
}
