/** What a probe is: one look at one target, which ends well or with a fault, and never later than its deadline. */
import type { LooseOptions } from '../../appliance/protocol/probes/exchange.ts';
import type { ProbeKind } from '../../appliance/protocol/probes/kinds.table.ts';
import type { ProbeOptions } from '../../appliance/protocol/probes/options.ts';
import type { ProbeReason } from '../../appliance/protocol/probes/reasons.table.ts';
import type { Clock } from '../../appliance/runtime/clock.ts';
import { messageOf, systemCodeOf } from '../../appliance/runtime/errors.ts';

/** What is read of an answer at most. */
export const mostAnswerBytes = 64 * 1024;

export type ProbeMetric =
  | 'probe.up'
  | 'probe.duration'
  | 'probe.loss'
  | 'probe.jitter'
  | 'probe.phase'
  | 'probe.certificate.expiry'
  | 'probe.status'
  | 'probe.offset'
  | 'probe.stratum'
  | 'probe.uptime'
  | 'probe.interface.up'
  | 'probe.interface.io';

/** In base units. */
export type Measured = { metric: ProbeMetric; attributes: readonly string[]; value: number };
export type Outcome = {
  verdict: 'up' | 'down' | 'unknown';
  reason?: { code: ProbeReason; detail: string };
  measured: readonly Measured[];
};

/** Seconds, undefined for one that did not come. */
export type Echo = number | undefined;
/** What a probe keeps from one look to the next: the last echoes, which was the last one that it heard of, and when it comes again. */
export type Past = { echoes: Echo[]; heard: number; intervalMs: number };

/** One look, as a kind sees it. */
export type Trial = {
  clock: Clock;
  /** The one address that this look connects to, when so many packets may go there; a fault when it has none that is allowed. */
  address(host: string, packets: number): Promise<string>;
  /** The same for further packets to an address. */
  turn(address: string, packets: number): Promise<void>;
  /** How long this look has waited for its turns: neither its deadline nor what it measures may count that. */
  waitedMs(): number;
  put(metric: ProbeMetric, value: number, ...attributes: readonly string[]): void;
  /** What it means when the deadline comes from here on. */
  waitsFor(what: string, code?: ProbeReason): void;
  past: Past;
  /** The echoes since the last look of this probe, at least one. */
  ping(address: string, past: Past, timeoutMs: number, signal: AbortSignal): Promise<readonly Echo[]>;
};

/** The signal is aborted at the deadline and when nobody wants to know any more: whatever is open is closed then. */
export type Probe<K extends ProbeKind> = (
  options: ProbeOptions<K>,
  trial: Trial,
  signal: AbortSignal,
) => Promise<void>;
export type AnyProbe = (options: LooseOptions, trial: Trial, signal: AbortSignal) => Promise<void>;

/** Why a look did not end well. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: ProbeReason;

  constructor(code: ProbeReason, detail: string) {
    super(detail);
    this.code = code;
  }
}

/** What the system says of a connection or a datagram (connect(2), ip(7), the errors of ICMP in Linux). */
const codes: Readonly<Record<string, ProbeReason>> = {
  ECONNREFUSED: 'REFUSED',
  EHOSTUNREACH: 'UNREACHABLE',
  ENETUNREACH: 'UNREACHABLE',
  EHOSTDOWN: 'UNREACHABLE',
  ENETDOWN: 'UNREACHABLE',
  ENONET: 'UNREACHABLE',
  ENOPROTOOPT: 'UNREACHABLE',
  EOPNOTSUPP: 'UNREACHABLE',
  EMSGSIZE: 'UNREACHABLE',
  ECONNRESET: 'CLOSED',
  ECONNABORTED: 'CLOSED',
  ENETRESET: 'CLOSED',
  ENOTCONN: 'CLOSED',
  EPIPE: 'CLOSED',
  ETIMEDOUT: 'TIMEOUT',
  // The rules of this machine; those of a router or of the target arrive as EACCES (ICMPv6), unless they pretend otherwise.
  EPERM: 'FORBIDDEN',
  EACCES: 'BLOCKED',
  // An address of one link without its link, one that a route swallows, port 0.
  EINVAL: 'NO_TARGET',
  EFAULT: 'NO_TARGET',
  EDESTADDRREQ: 'NO_TARGET',
  // No port or address of its own is left to ask from, no file, no memory.
  EADDRNOTAVAIL: 'SPENT',
  EADDRINUSE: 'SPENT',
  EAGAIN: 'SPENT',
  EMFILE: 'SPENT',
  EAI_MEMORY: 'SPENT',
  ENFILE: 'SPENT',
  ENOBUFS: 'SPENT',
  ENOMEM: 'SPENT',
  EAFNOSUPPORT: 'NO_MEANS',
  EPROTONOSUPPORT: 'NO_MEANS',
};

/** The system's errors about a target; `otherwise` is what all others mean at this point. */
export function faultOf(error: unknown, otherwise: ProbeReason = 'INTERNAL'): Fault {
  if (error instanceof Fault) return error;
  const known = codes[systemCodeOf(error) ?? ''];
  // One that stands in no table is the system's all the same, not a defect of the probe.
  const isOfSystem = error instanceof Error && 'errno' in error && otherwise === 'INTERNAL';
  return new Fault(known ?? (isOfSystem ? 'NO_MEANS' : otherwise), messageOf(error));
}

/** What the machine that looks cannot tell is unknown, not down. */
const untold: ReadonlySet<ProbeReason> = new Set([
  'SILENT',
  'NOT_ALLOWED',
  'BAD_OPTIONS',
  'FORBIDDEN',
  'NO_TARGET',
  'NO_MEANS',
  'NONE_HERE',
  'SPENT',
  'CROWDED',
  'BUSY',
  'INTERNAL',
] as const);

/** Nothing was asked, because others came first: the next look may find its turn. */
export function isLeftOut(code: ProbeReason): boolean {
  return code === 'CROWDED' || code === 'BUSY';
}

export function verdictOf(code: ProbeReason): 'down' | 'unknown' {
  return untold.has(code) ? 'unknown' : 'down';
}
