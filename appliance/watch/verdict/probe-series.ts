/**
 * What rules are shown of probes: series that nobody keeps, made of what all vantage points measured.
 * `probe.state:ID` is the share of those that know which reach it (1: all, 0: nobody), `probe.latency:ID` seconds,
 * `probe.certificate:ID` seconds until it ends.
 */

export const probeState = 'probe.state:';
export const probeLatency = 'probe.latency:';
export const probeCertificate = 'probe.certificate:';

/** What the store keeps of each vantage point. */
export const keptOfProbes = {
  up: 'probe.up:',
  duration: 'probe.duration:',
  expiry: 'probe.certificate.expiry:',
} as const;
export type KeptOfProbe = keyof typeof keptOfProbes;

const shown = /^probe\.(?:state|latency|certificate):(.*)$/;

/** Of a series that is shown, or a pattern of such; null for all other series. */
export function probeIdOf(subject: string): string | null {
  return shown.exec(subject)?.[1] ?? null;
}
