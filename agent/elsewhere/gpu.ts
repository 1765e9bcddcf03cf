/** Graphics processors of which the maker's program tells (NVIDIA's, which comes with its driver on Windows). */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import { PerDevice } from '../collectors/per-device.ts';
import { amount, list, part } from './calls.ts';
import type { CollectHere } from './here.ts';

const MIB = 1024 * 1024;

export const gpu: CollectHere = ({ last }) => {
  const devices = new PerDevice((label) => ({
    utilization: metricSeries('hw.gpu.utilization', label),
    memoryLimit: metricSeries('hw.gpu.memory.limit', label),
    memoryUsage: metricSeries('hw.gpu.memory.usage', label),
    memoryUtilization: metricSeries('hw.gpu.memory.utilization', label),
    temperature: metricSeries('hw.temperature', `gpu-${label}`),
  }));
  return (out) => {
    const controllers = list(part(last('graphics')?.value).controllers);
    for (const [at, told] of controllers.entries()) {
      const percent = amount(told.utilizationGpu);
      if (percent === undefined || percent > 100) continue;
      const device = devices.of(`card${at}`);
      out.put(device.utilization, percent / 100);
      const [total, used] = [amount(told.memoryTotal), amount(told.memoryUsed)];
      if (total && used !== undefined && used <= total) {
        out.put(device.memoryLimit, total * MIB);
        out.put(device.memoryUsage, used * MIB);
        out.put(device.memoryUtilization, used / total);
      }
      const degrees = amount(told.temperatureGpu);
      if (degrees !== undefined) out.put(device.temperature, degrees);
    }
  };
};
