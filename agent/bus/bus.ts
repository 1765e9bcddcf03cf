/** A connection to a message bus of this machine (D-Bus): calls with an answer, and signals that were asked for. */
import { connect, type Socket } from 'node:net';
import type { Clock, Timer } from '../../appliance/runtime/clock.ts';
import { type Call, encodeCall, type Heard, messageLength, messageType, readMessage } from './message.ts';

const DEADLINE_MS = 10_000;
/** A list of all units of a large server has a tenth of that. */
const LONGEST_MESSAGE = 4 * 1024 * 1024;
const NEWLINE = 0x0a;

type Waiting = { resolve(answer: Heard): void; reject(error: Error): void; timer: Timer };

export type BusOptions = { path: string; clock: Clock; onSignal?(signal: Heard): void };

export class Bus {
  readonly #o: BusOptions;
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #serial = 0;
  #rest: Buffer = Buffer.alloc(0);
  #greeted = false;
  #ready: (() => void) | undefined;
  /** Why it has ended. */
  #ended: Error | undefined;

  private constructor(options: BusOptions) {
    this.#o = options;
    this.#socket = connect(options.path);
    this.#socket.on('data', (chunk: Buffer) => this.#heard(chunk));
    this.#socket.on('error', (error) => this.#end(error));
    this.#socket.on('close', () => this.#end(new Error('the bus has closed the connection')));
    // The bus knows our user from the kernel; what is said here only has to agree.
    const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
    this.#socket.write(`\0AUTH EXTERNAL ${user}\r\n`);
  }

  static async open(options: BusOptions): Promise<Bus> {
    const bus = new Bus(options);
    try {
      await new Promise<void>((resolve, reject) => {
        bus.#ready = resolve;
        bus.#expect(0, { resolve: () => resolve(), reject });
      });
      const driver = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' };
      await bus.call({ ...driver, interface: driver.destination, member: 'Hello' });
      return bus;
    } catch (error) {
      bus.close();
      throw error;
    }
  }

  get open(): boolean {
    return this.#ended === undefined;
  }

  call(call: Call): Promise<Heard> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const serial = ++this.#serial;
    return new Promise((resolve, reject) => {
      this.#expect(serial, { resolve, reject });
      this.#socket.write(encodeCall(serial, call));
    });
  }

  /** From now on signals of this kind come to `onSignal`. */
  async listen(rule: string): Promise<void> {
    const driver = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' };
    await this.call({ ...driver, interface: driver.destination, member: 'AddMatch', arguments: [rule] });
  }

  close(): void {
    this.#end(new Error('closed'));
  }

  #expect(serial: number, o: { resolve(answer: Heard): void; reject(error: Error): void }): void {
    const timer = this.#o.clock.after(DEADLINE_MS, () => {
      this.#end(new Error(`the bus did not answer within ${DEADLINE_MS} ms`));
    });
    this.#waiting.set(serial, { ...o, timer });
  }

  #heard(chunk: Buffer): void {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    try {
      if (!this.#greeted && !this.#greet()) return;
      for (;;) {
        const length = messageLength(this.#rest);
        if (length === undefined || this.#ended !== undefined) return;
        if (length > LONGEST_MESSAGE) throw new RangeError(`a message of ${length} bytes`);
        if (this.#rest.length < length) return;
        // A message is aligned to its own beginning.
        const message = this.#rest.subarray(0, length);
        this.#rest = this.#rest.subarray(length);
        this.#take(readMessage(message));
      }
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** The line that answers who we are; true once the talk has begun. */
  #greet(): boolean {
    const end = this.#rest.indexOf(NEWLINE);
    if (end < 0) {
      if (this.#rest.length > 4096) throw new RangeError('the bus greets without an end');
      return false;
    }
    const line = this.#rest.toString('latin1', 0, end).trim();
    this.#rest = this.#rest.subarray(end + 1);
    if (!line.startsWith('OK ')) throw new Error('the bus does not let this user in');
    this.#socket.write('BEGIN\r\n');
    this.#greeted = true;
    this.#settle(0)?.timer.stop();
    this.#ready?.();
    return true;
  }

  #take(heard: Heard): void {
    if (heard.type === messageType.signal) {
      this.#o.onSignal?.(heard);
      return;
    }
    if (heard.type !== messageType.answer && heard.type !== messageType.error) return;
    const waiting = this.#settle(heard.serial);
    if (waiting === undefined) return;
    waiting.timer.stop();
    if (heard.type === messageType.answer) waiting.resolve(heard);
    else waiting.reject(new Error(heard.error));
  }

  #settle(serial: number): Waiting | undefined {
    const waiting = this.#waiting.get(serial);
    this.#waiting.delete(serial);
    return waiting;
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#socket.destroy();
    for (const { reject, timer } of this.#waiting.values()) {
      timer.stop();
      reject(this.#ended);
    }
    this.#waiting.clear();
  }
}
