/** Whether an incident is explained by another: only the cause is told, the rest is listed under it. */
import type { Incident, WatchText } from '../client/types.ts';

/** Null: it stands for itself. `settling`: wait, something may yet explain it. */
export type Opinion = null | 'settling' | { cause: number };

export type Judge = (incident: Incident, open: readonly Incident[]) => Opinion;

/** What a message about an incident says besides: its own words of now, whom it takes along, who came back. */
export type Telling = {
  text: WatchText | null;
  affected: WatchText | null;
  returned: WatchText | null;
};

/** A disk that is at 97 % is also above 90 %: the rule that says more explains the one that says less. */
export function judgeByRules(underOf: (rule: string) => string | null): Judge {
  return (incident, open) => {
    const above = underOf(incident.rule);
    if (above === null) return null;
    const found = open.find(
      ({ rule, machine, subject }) =>
        rule === above && machine === incident.machine && subject === incident.subject,
    );
    return found === undefined ? null : { cause: found.id };
  };
}

/** The first that has an opinion. */
export function firstOf(judges: readonly Judge[]): Judge {
  return (incident, open) => {
    for (const judge of judges) {
      const opinion = judge(incident, open);
      if (opinion !== null) return opinion;
    }
    return null;
  };
}
