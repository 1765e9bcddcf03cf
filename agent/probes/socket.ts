/** Connections and datagrams of probes: to one address, closed when the look has ended. */
import { createSocket } from 'node:dgram';
import { isIPv4, connect as netConnect, type Socket } from 'node:net';
import { messageOf, systemCodeOf } from '../../appliance/runtime/errors.ts';
import { Fault, faultOf, mostAnswerBytes } from './probe.ts';

/** Of all connections, one after the other: what came is copied out before anything else is read. */
const scratch = Buffer.allocUnsafeSlow(16 * 1024);

/**
 * By itself Node asks for 64 KiB at each read and gives back most of it, which costs as much as the rest of a read. Whoever
 * wants to hear listens when the connection stands, not later: nothing is kept for them.
 */
function intoScratch(socketOf: () => Socket): { buffer: Uint8Array; callback(size: number): boolean } {
  return {
    buffer: scratch,
    callback: (size) => {
      socketOf().emit('data', Buffer.from(scratch.subarray(0, size)));
      return true;
    },
  };
}

/** An address, so that nothing is resolved a second time. */
export function connect(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket: Socket = netConnect({ host: address, port, onread: intoScratch(() => socket) });
    closeAtEnd(socket, signal);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error) => reject(faultOf(error)));
  });
}

export function closeAtEnd(socket: Socket, signal: AbortSignal): void {
  // Whoever waits for the socket has its own listener; without one an error after the end would be nobody's.
  socket.on('error', () => undefined);
  if (signal.aborted) socket.destroy();
  else signal.addEventListener('abort', () => socket.destroy(), { once: true });
}

/** Reads until `done` says so. What ends, or says more than a probe reads, before that is a fault. */
export function readUntil<T>(
  source: NodeJS.ReadableStream,
  done: (bytes: Buffer) => T | undefined,
  most: number = mostAnswerBytes,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    source.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      try {
        const found = done(bytes);
        if (found !== undefined) resolve(found);
        else if (bytes.length > most)
          throw new Fault('TOO_LARGE', `it said more than ${most} bytes and not what was waited for`);
      } catch (error) {
        reject(faultOf(error));
      }
    });
    source.once('error', (error) => reject(faultOf(error)));
    source.once('close', () => reject(new Fault('CLOSED', `it closed after ${bytes.length} bytes`)));
  });
}

export type Datagrams = { ask(payload: Uint8Array): Promise<Buffer> };

/** The socket is connected: what others send is not heard, and a refusal is. One question at a time. */
export function datagrams(address: string, port: number, signal: AbortSignal): Promise<Datagrams> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv4(address) ? 'udp4' : 'udp6');
    let close = (): void => {
      close = () => undefined;
      socket.close();
    };
    const failed = Promise.withResolvers<never>();
    failed.promise.catch(() => undefined); // It may come when nobody asks.
    const fail = (error: Error) => {
      const fault = faultOfDatagram(error);
      failed.reject(fault);
      reject(fault);
      close();
    };
    socket.on('error', fail);
    signal.addEventListener('abort', () => close(), { once: true });
    if (signal.aborted) return close();
    // A callback would be given the error of a connection that fails, instead of the listener above.
    socket.once('connect', () =>
      resolve({
        ask(payload) {
          const answer = new Promise<Buffer>((heard) => socket.once('message', heard));
          // Without a callback nobody is told that it could not be sent.
          socket.send(payload, (error) => {
            if (error) fail(error);
          });
          return Promise.race([answer, failed.promise]);
        },
      }),
    );
    socket.connect(port, address);
  });
}

/** Nothing has been sent when a datagram's socket is connected, so nobody else can have refused it. */
function faultOfDatagram(error: Error): Fault {
  const isOurs = systemCodeOf(error) === 'EACCES' && 'syscall' in error && error.syscall === 'connect';
  return isOurs ? new Fault('FORBIDDEN', messageOf(error)) : faultOf(error);
}
