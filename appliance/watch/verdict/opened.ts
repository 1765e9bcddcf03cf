/** Open incidents as the judges of causes look them up. */
import { type Incident, severities } from '../client/types.ts';
import { keyOf } from './scene.ts';
import { causeKind } from './signs.ts';

/** By the sign or the thing that they are about; of several the one that says most. */
export function aboutOf(open: readonly Incident[]): Map<string, Incident> {
  const rank = ({ severity }: Incident) => severities.indexOf(severity);
  const about = new Map<string, Incident>();
  for (const one of open) {
    const key = one.kind === causeKind ? one.subject : keyOf(one);
    const known = key === null ? undefined : about.get(key);
    if (key !== null && (known === undefined || rank(known) <= rank(one))) about.set(key, one);
  }
  return about;
}

/** The incident of a cause. */
export const isOf = (sign: string) => (incident: Incident) =>
  incident.kind === causeKind && incident.subject === sign;

const mostSteps = 8;

/** The cause of the cause. */
export function rootOf(incident: Incident, byId: ReadonlyMap<number, Incident>): Incident {
  let root = incident;
  for (let step = 0; step < mostSteps; step++) {
    const next = root.cause === null ? undefined : byId.get(root.cause);
    if (next === undefined) break;
    root = next;
  }
  return root;
}

/** What it is about, in front of its sentence. */
export function nameIn({ text, evidence }: Incident): string {
  return typeof evidence.probe === 'string' ? evidence.probe : (text.en.split(': ', 1)[0] ?? text.en);
}
