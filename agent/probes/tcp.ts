/** A service takes a connection, and greets with what it should. */
import { packetsOf } from './pace.ts';
import type { Probe } from './probe.ts';
import { connect, readUntil } from './socket.ts';

export const tcp: Probe<'tcp'> = async ({ host, port, banner }, trial, signal) => {
  const address = await trial.address(host, packetsOf.connection);
  trial.waitsFor(`a connection to ${address} port ${port}`);
  const startedMs = trial.clock.monotonicMs();
  const socket = await connect(address, port, signal);
  trial.put('probe.duration', (trial.clock.monotonicMs() - startedMs) / 1_000);
  if (banner === '') return;
  trial.waitsFor(`the greeting ${JSON.stringify(banner)}`);
  await readUntil(socket, (bytes) => (bytes.includes(banner) ? true : undefined));
};
