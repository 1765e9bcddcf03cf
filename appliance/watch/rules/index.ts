/** The table of kinds of rules: one line each. */
import { bandwidth } from './bandwidth.ts';
import { cause } from './cause.ts';
import { certificate } from './certificate.ts';
import { clockOff } from './clock-off.ts';
import { count } from './count.ts';
import { diskFilling } from './disk-filling.ts';
import { flag } from './flag.ts';
import { flapping } from './flapping.ts';
import { interfaceDown } from './interface-down.ts';
import { newDevice } from './new-device.ts';
import { probeFailing } from './probe-failing.ts';
import { probeLatency } from './probe-latency.ts';
import { restarted } from './restarted.ts';
import type { AnyRuleKind } from './rule.ts';
import { serviceStopped } from './service-stopped.ts';
import { spike } from './spike.ts';
import { threshold } from './threshold.ts';
import { vanished } from './vanished.ts';

export const ruleKinds = {
  threshold,
  vanished,
  cause,
  flag,
  count,
  bandwidth,
  spike,
  flapping,
  restarted,
  'interface-down': interfaceDown,
  'service-stopped': serviceStopped,
  'clock-off': clockOff,
  'disk-filling': diskFilling,
  'probe-failing': probeFailing,
  'probe-latency': probeLatency,
  certificate,
  'new-device': newDevice,
} as const satisfies Record<string, AnyRuleKind>;

export type RuleKindName = keyof typeof ruleKinds;
export const ruleKindNames = Object.keys(ruleKinds) as RuleKindName[];

export function kindNamed(name: string): AnyRuleKind | undefined {
  return Object.hasOwn(ruleKinds, name) ? ruleKinds[name as RuleKindName] : undefined;
}
