/** Charge of the battery, and whether the machine lives on it. */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import { amount, part } from './calls.ts';
import type { CollectHere } from './here.ts';

const CHARGE = metricSeries('hw.battery.charge', 'battery');
const LEFT = metricSeries('hw.battery.time_left', 'battery');
const CHARGING = metricSeries('hw.status', 'battery', 'charging');
const DISCHARGING = metricSeries('hw.status', 'battery', 'discharging');

export const battery: CollectHere = ({ last }) => {
  return (out) => {
    const { hasBattery, percent, isCharging, acConnected, timeRemaining } = part(last('battery')?.value);
    const charge = amount(percent);
    if (hasBattery !== true || charge === undefined || charge > 100) return;
    out.put(CHARGE, charge / 100);
    out.put(CHARGING, isCharging === true ? 1 : 0);
    const discharging = acConnected === false && isCharging !== true;
    out.put(DISCHARGING, discharging ? 1 : 0);
    const minutes = amount(timeRemaining);
    if (discharging && minutes) out.put(LEFT, minutes * 60);
  };
};
