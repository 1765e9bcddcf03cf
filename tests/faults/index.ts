/** The fault tests: `npm run faults -- NAME`. */
import { clock } from './clock.ts';
import { damage } from './damage.ts';
import type { Fault } from './fault.ts';
import { flood } from './flood.ts';
import { full } from './full.ts';
import { fuzz } from './fuzz.ts';
import { herd } from './herd.ts';
import { install } from './install.ts';
import { kill } from './kill.ts';
import { mitm } from './mitm.ts';
import { outage } from './outage.ts';
import { proxy } from './proxy.ts';
import { replay } from './replay.ts';
import { rules } from './rules.ts';

export const faults = {
  clock,
  damage,
  full,
  kill,
  outage,
  proxy,
  replay,
  rules,
  fuzz,
  mitm,
  herd,
  flood,
  install,
} as const satisfies Record<string, Fault>;
