/** What of a probe is shown only to who may change it. */
import { type ProbeKind, type ProbeOption, probeKinds } from '../protocol/probes/kinds.table.ts';
import type { ProbeState } from '../watch/client/probes.ts';

export function isSecret(option: ProbeOption): boolean {
  return option.type === 'text' && option.secret === true;
}

export function optionsOf(kind: ProbeKind): [string, ProbeOption][] {
  return Object.entries(probeKinds[kind].options);
}

export function withoutSecrets(state: ProbeState): ProbeState {
  const { probe } = state;
  const secrets = optionsOf(probe.kind).flatMap(([name, option]) => (isSecret(option) ? [name] : []));
  const open = Object.entries(probe.options).filter(([name]) => !secrets.includes(name));
  return { ...state, probe: { ...probe, options: Object.fromEntries(open) } };
}
