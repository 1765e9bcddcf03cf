/** A probe looks at a server of the test, which may misbehave in any way it likes. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { look, planOf } from '../../agent/probes/look.ts';
import { Pace } from '../../agent/probes/pace.ts';
import type { Outcome, Past } from '../../agent/probes/probe.ts';
import type { Reach } from '../../agent/probes/reach.ts';
import type { LooseOptions } from '../../appliance/protocol/probes/exchange.ts';
import { systemClock } from '../../appliance/runtime/clock.ts';

/** Tests stand on loopback, where probes may not go otherwise. */
export const anywhere: Reach = { resolve: async () => ['127.0.0.1'], allowed: () => true };

/** Short, so that what never ends is soon over; long enough for a busy machine. */
export const patience = { timeoutMs: 400 };

export function lookAt(
  kind: string,
  options: LooseOptions,
  o: {
    reach?: Reach;
    beyond?: boolean;
    ping?: () => Promise<readonly (number | undefined)[]>;
    past?: Past;
    pace?: Pace;
  } = {},
): Promise<Outcome> {
  const {
    reach = anywhere,
    beyond = false,
    ping = async () => [undefined],
    past = { echoes: [], heard: 0, intervalMs: 20_000 },
    pace = new Pace(systemClock),
  } = o;
  const around = { clock: systemClock, reach, ping, reset: () => undefined, pace };
  return look(planOf({ kind, options, beyond }), around, past, new AbortController().signal);
}

/** `down REFUSED`, and what it says in words. */
export function verdictOf({ verdict, reason }: Outcome): string {
  return reason === undefined ? verdict : `${verdict} ${reason.code}`;
}

export function figureOf({ measured }: Outcome, metric: string, ...attributes: string[]): number | undefined {
  return measured.find((one) => one.metric === metric && one.attributes.join() === attributes.join())?.value;
}

export async function tcpServer(t: TestContext, meet: (socket: Socket) => void): Promise<number> {
  return serve(
    t,
    createServer((socket) => {
      socket.on('error', () => undefined); // A probe closes when it has seen enough.
      meet(socket);
    }),
  );
}

export async function serve(t: TestContext, server: Server): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => open.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Answers each datagram with what `answer` makes of it: none, one or several. */
export async function udpServer(
  t: TestContext,
  answer: (asked: Buffer) => readonly Uint8Array[],
  at = 0,
): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (asked, { address, port }) => {
    for (const one of answer(asked)) socket.send(one, port, address);
  });
  socket.bind(at, '127.0.0.1');
  await once(socket, 'listening');
  t.after(() => socket.close());
  return socket.address().port;
}

/** Writes until nobody reads any more. */
export function endless(socket: Socket, piece: string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', more);
  more();
}
