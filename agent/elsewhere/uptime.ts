/** Seconds since the boot. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { CollectHere } from './here.ts';

const UPTIME = metricSeries('system.uptime');

export const uptime: CollectHere = ({ os }) => {
  return (out) => out.put(UPTIME, os.uptime());
};
