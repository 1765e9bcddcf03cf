/** The sentences of probes for the journal. */
import { type ProbeOption, probeKinds } from '../../protocol/probes/kinds.table.ts';
import { aimOf } from '../../protocol/probes/target.ts';
import type { ProbeDefinition } from '../client/probes.ts';
import type { Actor, WatchText } from '../client/types.ts';

export const deeds = {
  made: { en: 'made', fr: 'a créé' },
  changed: { en: 'changed', fr: 'a modifié' },
  removed: { en: 'removed', fr: 'a supprimé' },
  started: { en: 'started', fr: 'a démarré' },
  stopped: { en: 'stopped', fr: 'a arrêté' },
} as const satisfies Record<string, WatchText>;
export type ProbeDeed = keyof typeof deeds;

export function probeSentence({ who }: Actor, deed: ProbeDeed, probe: ProbeDefinition): WatchText {
  const { en, fr } = deeds[deed];
  const what = `${probe.kind}, ${aimOf(probe.options)}`;
  return {
    en: `${who} ${en} the probe “${probe.name}” (${what})`,
    fr: `${who} ${fr} la sonde « ${probe.name} » (${what})`,
  };
}

/** Without what only who may change it is to see. */
export function withoutSecrets(probe: ProbeDefinition): ProbeDefinition {
  const declared: Record<string, ProbeOption> = probeKinds[probe.kind].options;
  const isSecret = (option: ProbeOption | undefined) => option?.type === 'text' && option.secret === true;
  const open = Object.entries(probe.options).filter(([name]) => !isSecret(declared[name]));
  return { ...probe, options: Object.fromEntries(open) };
}
