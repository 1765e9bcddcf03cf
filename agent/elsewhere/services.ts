/** Services of Windows, and jobs of launchd, which systeminformation does not list: there `launchctl list` is asked. */
import type { Service } from '../../appliance/protocol/services.ts';
import type { Clock } from '../../appliance/runtime/clock.ts';
import type { ServiceSource } from '../collectors/services/source.ts';
import { calls, list } from './calls.ts';
import type { Here } from './here.ts';

const WAIT_MS = 5_000;
/** macOS brings hundreds, most of which run for a moment now and then, and many of which end badly all the time. */
const APPLES = /^com\.apple\./;

/** A service that is started by hand, or not at all, is told only while it runs. */
function windowsServices(answer: unknown): Service[] {
  const services: Service[] = [];
  for (const { name, running, startmode } of list(answer)) {
    if (typeof name !== 'string' || name === '') continue;
    if (running === true) services.push({ name, state: 'running' });
    else if (/^auto/i.test(String(startmode))) services.push({ name, state: 'stopped' });
  }
  return services;
}

/** Lines of "PID Status Label"; without a PID the status is how the job ended: a code, or a signal below zero. */
function launchdServices(text: unknown): Service[] {
  const services: Service[] = [];
  for (const line of typeof text === 'string' ? text.split('\n') : []) {
    const [, pid, status, name] = /^(\d+|-)\t(-?\d+)\t(\S.*)$/.exec(line) ?? [];
    if (pid === undefined || name === undefined) continue;
    // An application that somebody has opened, and what it has started.
    if (name.startsWith('application.') || name.startsWith('0x')) continue;
    if (pid !== '-') services.push({ name, state: 'running' });
    else if (!APPLES.test(name)) services.push({ name, state: status === '0' ? 'done' : 'failed' });
  }
  return services;
}

/** Ready as soon as there is an answer; looked at again when there is another. Rejects with the signal, however long that takes. */
export async function servicesElsewhere(
  { system, last }: Here,
  clock: Clock,
  signal: AbortSignal,
): Promise<ServiceSource> {
  const call = system === 'win32' ? 'services' : 'launchd';
  const read = system === 'win32' ? windowsServices : launchdServices;
  while (last(call) === undefined) await clock.sleep(WAIT_MS, signal);
  let seenMs = -1;
  return {
    everyMs: calls[call].everyMs,
    stirred() {
      const now = last(call);
      return now !== undefined && now.atMs !== seenMs;
    },
    async look() {
      const now = last(call);
      if (now === undefined) throw new Error('systeminformation does not answer');
      seenMs = now.atMs;
      return read(now.value);
    },
    close: () => undefined,
  };
}
