/** A device answers pings; loss and jitter are told over the last of them. */
import { packetsOf } from './pace.ts';
import { Fault, type Probe } from './probe.ts';

export const icmp: Probe<'icmp'> = async ({ host, count, timeoutMs }, trial, signal) => {
  const address = await trial.address(host, packetsOf.datagram);
  trial.waitsFor(`an echo of ${address}`);
  // The program that pings ends a little sooner, so that a lost echo is counted.
  const echoes = await trial.ping(address, trial.past, timeoutMs * 0.9, signal);
  const { echoes: past } = trial.past;
  past.push(...echoes);
  past.splice(0, past.length - count);
  const came = past.filter((one) => one !== undefined);
  trial.put('probe.loss', 1 - came.length / past.length);
  const steps = came.slice(1).map((one, at) => Math.abs(one - came[at]!));
  if (steps.length > 0) trial.put('probe.jitter', steps.reduce((sum, step) => sum + step, 0) / steps.length);
  const now = echoes.filter((one) => one !== undefined);
  if (now.length === 0) throw new Fault('TIMEOUT', `${address} sent no echo`);
  trial.put('probe.duration', now.reduce((sum, one) => sum + one, 0) / now.length);
};
