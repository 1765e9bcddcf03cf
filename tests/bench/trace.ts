/** A trace: what some hosts measured. A generated one is shaped like a host, 60 series every 5 s, the same at every run. */
import type { SeriesKind } from '../../appliance/protocol/series.ts';
import { Random } from './random.ts';

export type TraceSeries = { name: string; scale: number; kind: SeriesKind };

/** One column for each series: integers (value × 10^scale), NaN where there is none. */
export type HostTrace = { host: number; times: Float64Array; series: TraceSeries[]; columns: Float64Array[] };

/** As a person writes the number. */
export function decimalsOf(value: number, scale: number): string {
  return (value / 10 ** scale).toFixed(scale);
}

export const stepMs = 5000;
/** A multiple of two hours, Prometheus' block length. */
export const traceStartMs = Date.UTC(2026, 0, 5);
const pageBytes = 4096;

export function generateHost(host: number, hours: number): HostTrace {
  const count = Math.round((hours * 3_600_000) / stepMs);
  const times = Float64Array.from({ length: count }, (_, at) => traceStartMs + at * stepMs);
  const model = new HostModel(new Random(host * 7919 + 17), host);
  const first = model.step(0);
  const columns = first.map(() => new Float64Array(count));
  for (let at = 0; at < count; at++) {
    const values = at === 0 ? first : model.step(at);
    for (const [index, { value }] of values.entries()) columns[index]![at] = value;
  }
  return { host, times, series: first.map(({ name, scale, kind }) => ({ name, scale, kind })), columns };
}

type Value = TraceSeries & { value: number };

const gauge = (name: string, value: number, scale = 0): Value => ({
  ...{ name, scale, kind: 'gauge' },
  value: Math.round(value * 10 ** scale),
});
const pages = (name: string, value: number): Value => gauge(name, Math.round(value) * pageBytes);
const counter = (name: string, value: number): Value => ({
  ...{ name, scale: 0, kind: 'counter' },
  value: Math.floor(value),
});

const cores = 4;
const ticksADay = 17_280;
const memoryPages = 4_052_731;
const diskBytes = 118_112_890_880;

/** A host that serves something by day: load that wanders, requests that come in bursts, caches that fill. */
class HostModel {
  readonly #random: Random;
  readonly #phase: number;
  readonly #size: number;
  #load = 0.2;
  #burst = 0;
  #loads = [0.4, 0.4, 0.4];
  #usedPages: number;
  #cachedPages = 900_000;
  #bufferPages = 61_000;
  #swapPages = 1200;
  #diskUsed: number;
  #inodes = 412_339;
  #totals = new Map<string, number>();
  #heat = 44;
  #ping = 11;
  #failed = 0;

  constructor(random: Random, host: number) {
    this.#random = random;
    this.#phase = (host * 0.137) % 1;
    this.#size = 0.4 + (host % 5) * 0.35;
    this.#usedPages = 700_000 + host * 31_013;
    this.#diskUsed = 31_000_000_000 + host * 1_700_000_000;
  }

  #count(name: string, amount: number): Value {
    const total = (this.#totals.get(name) ?? Math.floor(this.#random.uniform() * 4e9)) + Math.max(0, amount);
    this.#totals.set(name, total);
    return counter(name, total);
  }

  step(at: number): Value[] {
    const random = this.#random;
    const day = 0.5 + 0.5 * Math.sin(2 * Math.PI * (at / ticksADay + this.#phase));
    this.#load += (0.06 + 0.25 * day * this.#size - this.#load) * 0.02 + 0.006 * random.normal();
    this.#load = Math.min(Math.max(this.#load, 0.01), 0.9);
    if (random.chance(0.004)) this.#burst = 0.3 * random.uniform() * this.#size;
    this.#burst *= 0.85;
    const activity = Math.min(0.95, this.#load + this.#burst);
    return [
      ...this.#processor(activity),
      ...this.#memory(activity),
      ...this.#disks(activity),
      ...this.#network(activity),
      ...this.#rest(at, activity),
    ];
  }

  #processor(activity: number): Value[] {
    const random = this.#random;
    const percent = (mean: number, noise: number) =>
      Math.round(Math.max(0, mean * 100 + noise * random.normal()) * 10) / 10;
    const user = percent(activity * 0.7, 0.9 + 4 * activity);
    const system = percent(activity * 0.22, 0.4 + activity);
    const wait = random.chance(0.2) ? percent(0.002 + 0.01 * activity, 0.3) : 0;
    const perCore = Array.from({ length: cores }, (_, core) =>
      gauge(`cpu_core_${core}`, Math.min(100, percent(activity * (0.8 + 0.1 * core), 1.5 + 7 * activity)), 1),
    );
    const running = random.poisson(activity * cores);
    this.#loads = this.#loads.map((load, index) => {
      const keep = Math.exp(-5 / [60, 300, 900][index]!);
      return load * keep + running * (1 - keep);
    });
    return [
      gauge('cpu_user', user, 1),
      gauge('cpu_system', system, 1),
      gauge('cpu_iowait', wait, 1),
      gauge('cpu_idle', Math.max(0, 100 - user - system - wait), 1),
      gauge('cpu_steal', 0, 1),
      ...perCore,
      ...this.#loads.map((load, index) => gauge(`load_${[1, 5, 15][index]}`, load, 2)),
      this.#count('context_switches', 5 * (900 + 21_000 * activity) * (1 + 0.09 * random.normal())),
      this.#count('interrupts', 5 * (600 + 9000 * activity) * (1 + 0.07 * random.normal())),
      this.#count('forks', random.poisson(4 + 40 * activity)),
      gauge('processes_running', 1 + running),
      gauge('processes_blocked', random.chance(0.03) ? 1 + random.poisson(0.3) : 0),
    ];
  }

  #memory(activity: number): Value[] {
    const random = this.#random;
    const drift = random.chance(0.35) ? 40 * random.normal() : 700 * activity * random.normal();
    const aim = 700_000 + 900_000 * this.#size * 0.5;
    this.#usedPages += (aim - this.#usedPages) * 0.0004 + drift;
    this.#cachedPages += random.poisson(30 * activity + 1) - (random.chance(0.002) ? 4000 : 0);
    if (random.chance(0.3)) this.#bufferPages += random.poisson(2);
    if (random.chance(0.001)) this.#swapPages += random.poisson(20);
    const used = Math.round(Math.min(Math.max(this.#usedPages, 300_000), 2_500_000));
    const cached = Math.min(Math.max(Math.round(this.#cachedPages), 200_000), 1_300_000);
    const free = memoryPages - used - cached - this.#bufferPages;
    return [
      pages('memory_total', memoryPages),
      pages('memory_used', used),
      pages('memory_free', free),
      pages('memory_cached', cached),
      pages('memory_buffers', this.#bufferPages),
      pages('memory_available', free + cached * 0.82 + this.#bufferPages),
      gauge('memory_utilization', used / memoryPages, 3),
      pages('swap_used', this.#swapPages),
      pages('swap_free', 524_288 - this.#swapPages),
    ];
  }

  #disks(activity: number): Value[] {
    const random = this.#random;
    const writes = random.poisson(6 + 60 * activity);
    const reads = random.chance(0.25) ? random.poisson(2 + 90 * activity) : 0;
    const written = writes * pageBytes * (1 + random.poisson(3));
    if (random.chance(0.4)) this.#diskUsed += pageBytes * random.poisson(3 + 20 * activity);
    if (random.chance(0.001)) this.#diskUsed -= pageBytes * random.poisson(9000);
    if (random.chance(0.05)) this.#inodes += random.poisson(1) - random.poisson(0.9);
    return [
      gauge('disk_total', diskBytes),
      gauge('disk_used', this.#diskUsed),
      gauge('disk_free', diskBytes - this.#diskUsed),
      gauge('disk_utilization', this.#diskUsed / diskBytes, 3),
      gauge('inodes_used', this.#inodes),
      gauge('inodes_free', 7_340_032 - this.#inodes),
      this.#count('disk_reads', reads),
      this.#count('disk_writes', writes),
      this.#count('disk_read_bytes', reads * pageBytes * (1 + random.poisson(2))),
      this.#count('disk_written_bytes', written),
      this.#count('disk_busy_ms', writes * 0.7 + reads * 0.4 + random.poisson(2)),
    ];
  }

  #network(activity: number): Value[] {
    const random = this.#random;
    const received = random.poisson(
      5 * (12 + 900 * activity * this.#size * Math.exp(0.25 * random.normal())),
    );
    const sent = random.poisson(received * 0.85 + 4);
    const local = random.poisson(8 + 60 * activity);
    const localBytes = this.#count('net_lo_bytes', local * 310 + 64 * random.poisson(local));
    return [
      this.#count('net_received_packets', received),
      this.#count('net_received_bytes', received * (420 + 60 * random.normal()) + 66),
      this.#count('net_sent_packets', sent),
      this.#count('net_sent_bytes', sent * (610 + 90 * random.normal()) + 66),
      this.#count('net_received_errors', 0),
      this.#count('net_sent_errors', 0),
      this.#count('net_received_drops', random.chance(0.01) ? 1 : 0),
      this.#count('net_sent_drops', 0),
      { ...localBytes, name: 'net_lo_received_bytes' },
      { ...localBytes, name: 'net_lo_sent_bytes' },
      this.#count('net_lo_packets', local),
      gauge('net_up', 1),
      gauge('net_speed', 1_000_000_000),
    ];
  }

  #rest(at: number, activity: number): Value[] {
    const random = this.#random;
    this.#heat += (40 + 30 * activity - this.#heat) * 0.05;
    this.#ping += (11 - this.#ping) * 0.1 + 0.2 * random.normal();
    if (random.chance(this.#failed ? 0.02 : 0.0001)) this.#failed = 1 - this.#failed;
    const latency = this.#ping + (random.chance(0.02) ? 20 * random.uniform() : 0.25 * random.normal());
    return [
      gauge('temperature_processor', Math.round((this.#heat + 0.4 * random.normal()) * 2) / 2, 1),
      gauge('temperature_disk', Math.round(34 + 0.1 * (this.#heat - 40)), 1),
      gauge('uptime', 1_930_000 + at * 5),
      gauge('ping_ms', Math.max(0.1, latency), 1),
      gauge('service_web', 1 - this.#failed),
      gauge('service_database', 1),
      gauge('service_mail', 1),
      gauge('processes', 143 + Math.round(8 * activity + random.normal())),
      gauge('logged_in', at % 7000 > 3500 ? 1 : 0),
      gauge('entropy_bits', 256),
    ];
  }
}
