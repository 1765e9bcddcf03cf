/** The temperature of the processor, where Windows tells it (to administrators, and not on every board). */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import { celsius } from '../collectors/temperature.ts';
import { isNumber, part } from './calls.ts';
import type { CollectHere } from './here.ts';

const TEMPERATURE = metricSeries('hw.temperature', 'cpu');

export const temperature: CollectHere = ({ last }) => {
  return (out) => {
    const { main } = part(last('cpuTemperature')?.value);
    const degrees = celsius(isNumber(main) ? main * 1000 : undefined);
    if (degrees !== undefined) out.put(TEMPERATURE, degrees);
  };
};
