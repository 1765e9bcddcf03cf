/** What nobody keeps of the box's own signs, as far as it can be told after a start. */
import type { BoxSign } from './box-signs.ts';
import type { BoxTime } from './box-time.ts';
import { boxItself, type Evaluation, judgesSeries, type Recalled } from './evaluation.ts';
import type { Happened } from './happened.ts';
import type { Incidents } from './incidents/incidents.ts';
import type { Effective } from './rules/book.ts';

const untrusted: BoxSign = 'box.clock.untrusted';

export function recallBox(
  rules: readonly Effective[],
  o: {
    evaluation: Pick<Evaluation, 'recall'>;
    happened: Pick<Happened, 'tell'>;
    incidents: Pick<Incidents, 'list'>;
    time: BoxTime;
  },
): void {
  const { evaluation, happened, incidents, time } = o;
  const past: Recalled[] = [];
  // What happened once is told of by its incident, for as long as that is shown.
  for (const { machine, rule, subject, openedMs, evidence } of incidents.list()) {
    if (machine !== null || !rules.some(({ id, kind }) => id === rule && kind.isEvent)) continue;
    happened.tell(subject, evidence);
    past.push({ atMs: time.atOf(openedMs), series: subject, value: 1 });
  }
  // Who does not know the time has not known it since the box was switched on.
  if (time.isKnown && !time.trusted) past.push({ atMs: 0, series: untrusted, value: 1 });
  const isMeant = (rule: Effective) => past.some(({ series }) => judgesSeries(rule, series ?? ''));
  evaluation.recall(boxItself, past, new Set(rules.filter(isMeant).map(({ id }) => id)));
}
