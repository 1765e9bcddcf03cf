/** The causes of a watch at work: its machines, probes, groups and rules, as they look at them. */
import type { Duty } from '../duty.ts';
import type { DutyOptions } from '../duty-options.ts';
import { boxItself, judgesSeries } from '../evaluation.ts';
import { Cables } from './cables.ts';
import { Causes } from './causes.ts';
import { Reached } from './reached.ts';
import { Sight, type SightOptions } from './sight.ts';
import { causeKind } from './signs.ts';

type CausesOfOptions = Pick<SightOptions, 'presenceOf' | 'networks'> & Pick<DutyOptions, 'store' | 'log'>;

export function causesOf(duty: Duty, o: CausesOfOptions): Causes {
  const atMs = () => duty.time.atMs();
  const wallMs = () => duty.time.wallMs();
  const atOf = (wallMs: number) => duty.time.atOf(wallMs);
  const sight = new Sight({
    ...{ ...o, atMs, atOf },
    machines: () => duty.machines(),
    probes: () => duty.probes.looks(),
    groups: () => duty.library.groups(),
    reached: new Reached({ ...o, atMs, wallMs }),
    cables: new Cables({ ...o, atMs, wallMs, onNews: () => causes.touch() }),
  });
  const causes: Causes = new Causes({
    sight,
    open: () => duty.incidents.list(),
    watches: (sign) =>
      duty.library
        .book()
        .rulesFor(boxItself)
        .some((rule) => rule.kindName === causeKind && judgesSeries(rule, sign)),
    ...{ atMs, atOf },
    wallOf: (at) => wallMs() - (atMs() - at),
  });
  return causes;
}
