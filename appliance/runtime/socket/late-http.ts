/**
 * HTTP on a socket that may never be asked: node:http is loaded by the first connection. It is 1.5 MB, and an agent's
 * socket is silent until a person types a command.
 */
import type { Server as HttpServer, IncomingMessage, RequestListener, ServerOptions } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export type LateHttp = {
  /** What listens. */
  readonly socket: Server;
  /** New connections are refused, idle ones closed; whoever is not done after the grace is cut off. */
  close(graceMs: number): Promise<void>;
};

export function createLateHttp(o: {
  options: ServerOptions;
  serve: RequestListener;
  onBroken(error: Error, socket: Socket): void;
  /** A connection that is to speak otherwise from now on. */
  onUpgrade?(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}): LateHttp {
  let http: HttpServer | null = null;
  const load = (): HttpServer => {
    const server = process.getBuiltinModule('node:http').createServer(o.options, o.serve);
    server.on('clientError', o.onBroken);
    if (o.onUpgrade) server.on('upgrade', o.onUpgrade);
    // It looks for stuck connections from this event on, and never listens itself.
    server.emit('listening');
    return server;
  };
  // An HTTP server takes half-open connections: a caller may end its side and still wait for the answer.
  const socket = createServer({ allowHalfOpen: true, noDelay: true }, (connection) => {
    http ??= load();
    http.emit('connection', connection);
  });
  return {
    socket,
    close(graceMs) {
      if (!socket.listening) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(() => http?.closeAllConnections(), graceMs);
        socket.close(() => {
          clearTimeout(timer);
          resolve();
        });
        http?.close();
      });
    },
  };
}
