/** One look of any kind, from its options to an outcome: whatever the other side does, it ends at its deadline. */

import { limits } from '../../appliance/protocol/limits.ts';
import { Malformed } from '../../appliance/protocol/malformed.ts';
import type { Assignment } from '../../appliance/protocol/probes/exchange.ts';
import { checkProbeOptions, isProbeKind } from '../../appliance/protocol/probes/options.ts';
import type { ProbeReason } from '../../appliance/protocol/probes/reasons.table.ts';
import type { Clock } from '../../appliance/runtime/clock.ts';
import { plainLine } from '../../appliance/runtime/plain-text.ts';
import { probes } from './index.ts';
import {
  type AnyProbe,
  Fault,
  faultOf,
  type Measured,
  type Outcome,
  type Trial,
  verdictOf,
} from './probe.ts';
import { addressOf, type Reach } from './reach.ts';

export type Around = {
  clock: Clock;
  reach: Reach;
  ping: Trial['ping'];
  /** Other targets from now on. */
  reset(): void;
};

export async function look(
  { kind, options, beyond = false }: Pick<Assignment, 'kind' | 'options' | 'beyond'>,
  around: Around,
  past: Trial['past'],
  signal: AbortSignal,
): Promise<Outcome> {
  const measured: Measured[] = [];
  const ended = new AbortController();
  try {
    if (!isProbeKind(kind)) throw new Fault('NO_MEANS', `this agent knows no probe of the kind ${kind}`);
    const checked = checkProbeOptions(kind, options);
    const { clock, reach, ping } = around;
    const startedMs = clock.monotonicMs();
    let waiting: { what: string; code: ProbeReason } = { what: 'an answer', code: 'TIMEOUT' };
    const trial: Trial = {
      ...{ clock, past, ping },
      async address(host) {
        waiting = { what: `the address of ${host}`, code: 'NAME' };
        const address = await addressOf(host, { beyond, reach, signal: ended.signal });
        waiting = { what: 'an answer', code: 'TIMEOUT' };
        return address;
      },
      put: (metric, value, ...attributes) => {
        if (!ended.signal.aborted) measured.push({ metric, attributes, value });
      },
      waitsFor(what, code = 'TIMEOUT') {
        waiting = { what, code };
      },
    };
    const run = probes[kind] as unknown as AnyProbe;
    await new Promise<void>((resolve, reject) => {
      const late = () =>
        new Fault(waiting.code, `${waiting.what} did not come within ${checked.timeoutMs} ms`);
      const timer = clock.after(checked.timeoutMs, () => reject(late()));
      const stop = () => reject(new Fault('INTERNAL', 'stopped'));
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      run(checked as Assignment['options'], trial, ended.signal)
        .then(resolve, reject)
        .finally(() => {
          timer.stop();
          signal.removeEventListener('abort', stop);
        });
    });
    if (!measured.some(({ metric }) => metric === 'probe.duration'))
      trial.put('probe.duration', (clock.monotonicMs() - startedMs) / 1_000);
    return { verdict: 'up', measured };
  } catch (error) {
    const fault =
      error instanceof Malformed ? new Fault('BAD_OPTIONS', error.message) : faultOf(error, 'INTERNAL');
    const detail = plainLine(fault.message, limits.probeDetailLength);
    return { verdict: verdictOf(fault.code), reason: { code: fault.code, detail }, measured: [...measured] };
  } finally {
    ended.abort();
  }
}
