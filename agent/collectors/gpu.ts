/**
 * Graphics processors whose driver tells without privileges: amdgpu (Documentation/gpu/amdgpu/thermal.rst and
 * driver-misc.rst). Others need a program of the maker or the debug file system, and are absent; the temperatures and fans
 * of all are among those of hwmon.
 */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector } from './collector.ts';
import { Pace } from './pace.ts';
import { PerDevice } from './per-device.ts';

const FOLDER = 'class/drm';
const RESCAN_MS = 60_000;

function deviceOf(label: string, card: string) {
  const folder = `${FOLDER}/${card}/device`;
  return {
    folder,
    busy: `${folder}/gpu_busy_percent`,
    used: `${folder}/mem_info_vram_used`,
    total: `${folder}/mem_info_vram_total`,
    power: `${folder}/power/runtime_status`,
    utilization: metricSeries('hw.gpu.utilization', label),
    memoryLimit: metricSeries('hw.gpu.memory.limit', label),
    memoryUsage: metricSeries('hw.gpu.memory.usage', label),
    memoryUtilization: metricSeries('hw.gpu.memory.utilization', label),
  };
}

export const gpu: Collector = ({ sys, clock }) => {
  const devices = new PerDevice(deviceOf, ({ folder }) => sys.release(folder));
  let cards: string[] = [];
  const pace = new Pace(clock, RESCAN_MS);

  /** A card that sleeps to save power would be woken by the question. */
  function awake(power: string): boolean {
    const state = sys.value(power);
    return state === undefined || state === 'active' || state === 'unsupported';
  }

  return (out) => {
    if (pace.due) {
      const found = sys.list(FOLDER).filter((name) => /^card\d+$/.test(name));
      cards = found
        .filter((card) => sys.list(`${FOLDER}/${card}/device`).includes('gpu_busy_percent'))
        .sort();
      devices.keepOnly(new Set(cards));
      pace.looked(cards.length > 0);
    }
    for (const card of cards) {
      const device = devices.of(card);
      if (!awake(device.power)) continue;
      const percent = sys.integer(device.busy);
      if (percent !== undefined && percent >= 0 && percent <= 100) out.put(device.utilization, percent / 100);
      const used = sys.integer(device.used);
      const total = sys.integer(device.total);
      if (used === undefined || total === undefined || total <= 0 || used > total) continue;
      out.put(device.memoryLimit, total);
      out.put(device.memoryUsage, used);
      out.put(device.memoryUtilization, used / total);
    }
  };
};
