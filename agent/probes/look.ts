/** One look of any kind, from its options to an outcome: whatever the other side does, it ends at its deadline. */

import { limits } from '../../appliance/protocol/limits.ts';
import { Malformed } from '../../appliance/protocol/malformed.ts';
import type { Assignment, LooseOptions } from '../../appliance/protocol/probes/exchange.ts';
import { checkProbeOptions, isProbeKind } from '../../appliance/protocol/probes/options.ts';
import type { ProbeReason } from '../../appliance/protocol/probes/reasons.table.ts';
import type { Clock, Timer } from '../../appliance/runtime/clock.ts';
import { plainLine } from '../../appliance/runtime/plain-text.ts';
import { probes } from './index.ts';
import { longestWaitMs, type Pace } from './pace.ts';
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
  pace: Pace;
  ping: Trial['ping'];
  /** Nobody is pinged any more, until somebody looks again. */
  reset(): void;
};

/** What is the same at each look, worked out once. */
export type Plan = { run: AnyProbe; options: LooseOptions; timeoutMs: number; beyond: boolean } | Fault;

export function planOf({
  kind,
  options,
  beyond = false,
}: Pick<Assignment, 'kind' | 'options' | 'beyond'>): Plan {
  if (!isProbeKind(kind)) return new Fault('NO_MEANS', `this agent knows no probe of the kind ${kind}`);
  try {
    const checked = checkProbeOptions(kind, options);
    const run = probes[kind] as unknown as AnyProbe;
    return { run, options: checked as LooseOptions, timeoutMs: checked.timeoutMs, beyond };
  } catch (error) {
    if (error instanceof Malformed) return new Fault('BAD_OPTIONS', error.message);
    throw error;
  }
}

/** Instead of the system's own, which is made with a trace of the stack each time. */
const over = new Fault('INTERNAL', 'the look is over');

export async function look(
  plan: Plan,
  around: Around,
  past: Trial['past'],
  signal: AbortSignal,
): Promise<Outcome> {
  const { clock, reach, pace, ping } = around;
  const measured: Measured[] = [];
  const ended = new AbortController();
  // What a probe waits for may never come, and then it never returns: nothing here waits for that.
  const cut = Promise.withResolvers<never>();
  const stop = () => cut.reject(new Fault('INTERNAL', 'stopped'));
  let deadline: Timer | undefined;
  try {
    if (plan instanceof Fault) throw plan;
    const { run, options, timeoutMs, beyond } = plan;
    const startedMs = clock.monotonicMs();
    let waitedMs = 0;
    // Its end moves by what it waits for its turns: somebody who makes it ask again and again could hold it for as long as he likes.
    const mostWaitMs = Math.max(longestWaitMs, timeoutMs);
    // Once it has been where only an admin lets it go, nobody there may send it to a device of these networks.
    let wasOutside = false;
    let waiting: { what: string; code: ProbeReason } = { what: 'an answer', code: 'TIMEOUT' };
    const wait = () => {
      deadline = clock.after(startedMs + timeoutMs + waitedMs - clock.monotonicMs(), () =>
        cut.reject(new Fault(waiting.code, `${waiting.what} did not come within ${timeoutMs} ms`)),
      );
    };
    const trial: Trial = {
      ...{ clock, past, ping },
      async address(host, packets) {
        // Whoever has not even been asked for when the deadline comes is not down.
        const waits = (is: boolean) => {
          waiting = { what: `the address of ${host}`, code: is ? 'BUSY' : 'NAME' };
        };
        waits(false);
        const address = await addressOf(host, { beyond, reach, signal: ended.signal, waits });
        const isInside = !beyond || reach.allowed(address, false);
        if (isInside && wasOutside)
          throw new Fault('NOT_ALLOWED', `somebody outside leads back to ${host}, which is ${address}`);
        wasOutside ||= !isInside;
        waiting = { what: 'an answer', code: 'TIMEOUT' };
        await trial.turn(address, packets);
        return address;
      },
      async turn(address, packets) {
        const waitMs = pace.turn(address, packets, mostWaitMs - waitedMs);
        if (waitMs === 0 || ended.signal.aborted) return;
        deadline?.stop();
        waitedMs += waitMs;
        wait();
        await clock.sleep(waitMs, ended.signal);
      },
      waitedMs: () => waitedMs,
      put: (metric, value, ...attributes) => {
        if (!ended.signal.aborted) measured.push({ metric, attributes, value });
      },
      waitsFor(what, code = 'TIMEOUT') {
        waiting = { what, code };
      },
    };
    wait();
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    await Promise.race([cut.promise, run(options, trial, ended.signal)]);
    if (!measured.some(({ metric }) => metric === 'probe.duration'))
      trial.put('probe.duration', (clock.monotonicMs() - startedMs - waitedMs) / 1_000);
    return { verdict: 'up', measured };
  } catch (error) {
    const fault = faultOf(error, 'INTERNAL');
    const detail = plainLine(fault.message, limits.probeDetailLength);
    return { verdict: verdictOf(fault.code), reason: { code: fault.code, detail }, measured: [...measured] };
  } finally {
    deadline?.stop();
    signal.removeEventListener('abort', stop);
    ended.abort(over);
  }
}
