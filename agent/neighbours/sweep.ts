/**
 * Makes the kernel look for everybody in the own networks: a datagram to an address makes it ask which hardware has it, and
 * whoever is there answers that, also a device that answers nothing else.
 */
import { createSocket } from 'node:dgram';
import type { Clock } from '../../appliance/runtime/clock.ts';

/** Nobody listens at the port of `discard`, and nobody has to. */
const discard = 9;
const atOnce = 16;
const pauseMs = 100;

/** Never throws: an address that cannot be reached is nobody's. */
export async function sweep(hosts: readonly string[], clock: Clock, signal: AbortSignal): Promise<void> {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  try {
    for (let at = 0; at < hosts.length && !signal.aborted; at += atOnce) {
      for (const host of hosts.slice(at, at + atOnce)) socket.send('', discard, host, () => undefined);
      await clock.sleep(pauseMs, signal).catch(() => undefined);
    }
  } finally {
    socket.close();
  }
}
