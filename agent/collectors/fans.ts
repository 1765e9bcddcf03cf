/** Turns a minute of each fan that a chip counts. A fan that stands still is 0; one that reports a fault is absent. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Series } from '../../appliance/protocol/series.ts';
import type { Collector } from './collector.ts';
import { findInputs, labelled } from './hwmon.ts';
import { Pace } from './pace.ts';

const RESCAN_MS = 60_000;
/** No fan turns faster; registers that nothing is connected to say 65,535 and more. */
const FASTEST_RPM = 60_000;

export const fans: Collector = ({ sys, clock }) => {
  let found = new Map<string, Series>();
  const pace = new Pace(clock, RESCAN_MS);
  return (out) => {
    if (pace.due) {
      const before = found;
      const inputs = findInputs(sys, 'fan').filter(({ file }) => sys.integer(faultOf(file)) !== 1);
      found = labelled(inputs, (label) => metricSeries('hw.fan.speed', label));
      for (const file of before.keys()) if (!found.has(file)) sys.release(file);
      pace.looked(found.size > 0);
    }
    for (const [file, series] of found) {
      const rpm = sys.integer(file);
      if (rpm !== undefined && rpm >= 0 && rpm <= FASTEST_RPM) out.put(series, rpm);
    }
  };
};

const faultOf = (input: string) => input.replace(/_input$/, '_fault');
