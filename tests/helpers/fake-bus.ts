/** A message bus on a socket of a test: it greets as dbus-daemon does and answers with what a real one was recorded to say. */
import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { messageLength, readMessage } from '../../agent/bus/message.ts';

const recorded = JSON.parse(
  readFileSync(new URL('../fixtures/bus/systemd-252.json', import.meta.url), 'utf8'),
) as Record<string, string>;

export type Recorded = 'hello' | 'match' | 'units' | 'date' | 'nobody' | 'sleep' | 'awake' | 'shutdown';

export const recordedMessage = (name: Recorded): Buffer => Buffer.from(recorded[name]!, 'base64');

/** Header field 5 of type `u`: the serial of the call that is answered. */
const answered = Buffer.from([5, 1, 0x75, 0]);

const answers: Record<string, Recorded> = {
  Hello: 'hello',
  AddMatch: 'match',
  ListUnitsByPatterns: 'units',
  Get: 'date',
  // A text, as the owner of a name is: ":1.1".
  GetNameOwner: 'hello',
};

export class FakeBus {
  /** The calls that came, by member. */
  readonly calls: string[] = [];
  readonly greetings: string[] = [];
  /** What is said instead of the recorded answer; undefined for silence. */
  answer: (member: string) => Buffer | undefined = (member) => recordedMessage(answers[member] ?? 'nobody');
  welcome = 'OK 86bc1ab0f43ba98cda2107da6b0162b2\r\n';
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(t: TestContext, path: string): Promise<FakeBus> {
    const bus = new FakeBus();
    await new Promise<void>((resolve, reject) => {
      bus.#server.once('error', reject);
      bus.#server.listen(path, resolve);
    });
    t.after(() => bus.stop());
    return bus;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** To everybody. */
  say(message: Buffer): void {
    for (const socket of this.#sockets) socket.write(message);
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let rest: Buffer = Buffer.alloc(0);
    let begun = false;
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      if (!begun) {
        for (let end = rest.indexOf('\r\n'); end >= 0 && !begun; end = rest.indexOf('\r\n')) {
          const line = rest.toString('latin1', 0, end);
          rest = rest.subarray(end + 2);
          begun = line === 'BEGIN';
          this.greetings.push(line);
          if (!begun) socket.write(this.welcome);
        }
        if (!begun) return;
      }
      for (let length = messageLength(rest); length !== undefined; length = messageLength(rest)) {
        if (rest.length < length) return;
        const call = rest.subarray(0, length);
        rest = rest.subarray(length);
        const { member } = readMessage(call);
        this.calls.push(member);
        const answer = this.answer(member);
        if (answer !== undefined) socket.write(answerTo(call.readUInt32LE(8), answer));
      }
    });
  }
}

function answerTo(serial: number, recordedAnswer: Buffer): Buffer {
  const bytes = Buffer.from(recordedAnswer);
  const at = bytes.indexOf(answered);
  bytes.writeUInt32LE(serial, at + answered.length);
  return bytes;
}
