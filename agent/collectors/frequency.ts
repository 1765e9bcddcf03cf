/**
 * How fast the cores run: the mean of the kernel's clock domains, each of which may hold several cores
 * (Documentation/admin-guide/pm/cpufreq.rst). A virtual machine has none, and no such series.
 */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Files } from '../files.ts';
import type { Collector } from './collector.ts';
import { Pace } from './pace.ts';

const FOLDER = 'devices/system/cpu/cpufreq';
const RESCAN_MS = 60_000;
/** A server has a domain for each core: of more than these, evenly spread ones stand for all. */
const MOST_READ = 8;

const FREQUENCY = metricSeries('system.cpu.frequency');

export const frequency: Collector = ({ sys, clock }) => {
  let files: string[] = [];
  const pace = new Pace(clock, RESCAN_MS);
  return (out) => {
    if (pace.due) {
      // Descriptors are given back with each scan: a core may have been taken offline.
      sys.release(FOLDER);
      files = domainsOf(sys);
      pace.looked(files.length > 0);
    }
    let sum = 0;
    let count = 0;
    for (const file of files) {
      const kilohertz = sys.integer(file);
      if (kilohertz === undefined || kilohertz <= 0) continue;
      sum += kilohertz;
      count += 1;
    }
    if (count > 0) out.put(FREQUENCY, Math.round(sum / count) * 1_000);
  };
};

function domainsOf(sys: Files): string[] {
  const policies = sys.list(FOLDER).filter((name) => /^policy\d+$/.test(name));
  policies.sort((a, b) => Number(a.slice(6)) - Number(b.slice(6)));
  const step = Math.max(1, policies.length / MOST_READ);
  const chosen: string[] = [];
  for (let at = 0; at < policies.length; at += step) chosen.push(policies[Math.floor(at)] ?? '');
  return chosen.map((policy) => `${FOLDER}/${policy}/scaling_cur_freq`);
}
