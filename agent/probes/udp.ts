/** A service answers a datagram. Silence says nothing: many services pass over what they do not know. */
import { packetsOf } from './pace.ts';
import { bytesOf } from './payload.ts';
import { Fault, type Probe } from './probe.ts';
import { datagrams } from './socket.ts';

export const udp: Probe<'udp'> = async ({ host, port, payload, expect }, trial, signal) => {
  const address = await trial.address(host, packetsOf.datagram);
  const socket = await datagrams(address, port, signal);
  trial.waitsFor(`an answer of ${address} port ${port}`, 'SILENT');
  const startedMs = trial.clock.monotonicMs();
  const answer = await socket.ask(bytesOf(payload));
  trial.put('probe.duration', (trial.clock.monotonicMs() - startedMs) / 1_000);
  if (!answer.includes(bytesOf(expect)))
    throw new Fault('UNEXPECTED', `${answer.length} bytes came, and not ${JSON.stringify(expect)}`);
};
