/** Tells systemd how this process is: ready, alive, stopping (sd_notify(3)). Without systemd it does nothing. */
import { type Clock, systemClock } from './clock.ts';
import type { Environment } from './environment.ts';
import { Failure, messageOf } from './errors.ts';
import { type Log, limited } from './log.ts';

export type Notifier = {
  ready(): void;
  stopping(): void;
  /** The work goes on. May be called as often as it does: the watchdog hears of it at most four times its period. */
  alive(): void;
  close(): void;
};

/** Sends datagrams; Node itself cannot (it knows unix sockets as streams only). */
export type Datagrams = { send(message: string): void; close(): void };

export async function createNotifier(o: {
  environment: Pick<Environment, 'notifySocket' | 'watchdogUsec'>;
  log: Log;
  clock?: Clock;
  open?: (path: string, onError: (error: unknown) => void) => Promise<Datagrams>;
}): Promise<Notifier> {
  const { notifySocket, watchdogUsec } = o.environment;
  if (notifySocket === undefined) return silent;
  const clock = o.clock ?? systemClock;
  const log = limited(o.log, 60_000, clock);
  let datagrams: Datagrams;
  try {
    const onError = (error: unknown) => log.warn('systemd did not hear us', { error: messageOf(error) });
    datagrams = await (o.open ?? openDatagramSocket)(notifySocket, onError);
  } catch (error) {
    return withoutModule(watchdogUsec, log, error);
  }
  const periodMs = watchdogUsec === undefined ? undefined : watchdogUsec / 1000 / 4;
  let heardMs = Number.NEGATIVE_INFINITY;
  return {
    ready: () => datagrams.send('READY=1'),
    stopping: () => datagrams.send('STOPPING=1'),
    alive() {
      const nowMs = clock.monotonicMs();
      if (periodMs === undefined || nowMs - heardMs < periodMs) return;
      heardMs = nowMs;
      datagrams.send('WATCHDOG=1');
    },
    close: () => datagrams.close(),
  };
}

const nothing = () => undefined;
const silent: Notifier = { ready: nothing, stopping: nothing, alive: nothing, close: nothing };

/** A watchdog that nobody feeds kills again and again, so that is refused; a socket that was only inherited is not. */
function withoutModule(watchdogUsec: number | undefined, log: Log, cause: unknown): Notifier {
  const what = 'systemd wants to hear from this process, but unix-dgram cannot be loaded';
  const advice = 'install the native parts, or remove WatchdogSec= and Type=notify from the unit';
  // The loader lists every place where it looked, a line each.
  const [reason = ''] = messageOf(cause).split('\n');
  if (watchdogUsec !== undefined) {
    throw new Failure('CONFIG_INVALID', `${what} (${reason}): ${advice}`, { cause });
  }
  log.warn(`${what}: ${advice}`, { error: reason });
  return silent;
}

/** The part of unix-dgram that is used; it has no types of its own. Its callbacks are synchronous. */
type UnixDgram = {
  createSocket(type: 'unix_dgram'): {
    on(event: 'error', listener: (error: unknown) => void): void;
    send(bytes: Buffer, offset: number, length: number, path: string, done: (error?: unknown) => void): void;
    close(): void;
  };
};

async function openDatagramSocket(path: string, onError: (error: unknown) => void): Promise<Datagrams> {
  if (path.startsWith('@')) throw new Error(`it cannot send to the abstract address ${path}`);
  const name: string = 'unix-dgram';
  const loaded = (await import(name)) as { default: UnixDgram };
  const socket = loaded.default.createSocket('unix_dgram');
  socket.on('error', onError);
  return {
    send(message) {
      const bytes = Buffer.from(message);
      socket.send(bytes, 0, bytes.length, path, (error) => {
        if (error) onError(error);
      });
    },
    close: () => socket.close(),
  };
}
