/** CPU of the store for each sample that it takes in, beside VictoriaMetrics and Prometheus with the same samples. */

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type BenchContext, numberOption, round } from './bench.ts';
import { schedulerMs } from './counters.ts';
import { Hosts, hostHelp, hostOptions } from './hosts.ts';
import { assertPrometheus, startPrometheus } from './prometheus.ts';
import { entryOf, StoreBox, sealEveryTicks, stepMs } from './store-box.ts';
import { assertVictoriaMetrics, flushed, importLines, startVictoriaMetrics } from './victoriametrics.ts';

const goalShare = 1 / 4;
const hostCount = 1000;
/** No trace begins anew within the run, the last of those that begin later included: a leap of all series at once is no hour of a machine. */
const traceHours = 8;
const peerTicks = 36;
/** As many hosts as send within the 100 ms for which ingest collects, when 1,000 send every 5 s. */
const hostsPerBatch = 20;
/** What a store does behind the answers is part of it. */
const settleMs = 12_000;
const settings = { sealSeconds: 100, realSeconds: 3_600 };

export const ingest: Bench = {
  about: 'CPU of the store for each sample that it takes in, in µs',
  goal: 'ours ≤ a quarter of VictoriaMetrics',
  help: { ticks: `how many ticks of each host the peers take (${peerTicks})`, ...hostHelp(hostCount) },
  options: { ticks: { type: 'string' }, ...hostOptions },
  async run(context) {
    await assertVictoriaMetrics();
    await assertPrometheus();
    const ticks = numberOption(context, 'ticks', peerTicks);
    const hosts = await Hosts.of(context, { hosts: hostCount, hours: traceHours });
    const folder = await mkdtemp(join(tmpdir(), 'nm-'));
    try {
      const ours = await ourCost(context, hosts);
      const victoriametrics = await victoriaMetricsCost(context, hosts, folder, ticks);
      const prometheus = await prometheusCost(context, hosts, folder);
      const figures = {
        ours: round(ours.us, 3),
        victoriametrics: round(victoriametrics, 3),
        prometheus: round(prometheus, 3),
        ratio: round(victoriametrics / ours.us, 2),
        seals: ours.seals,
      };
      return {
        figures,
        met: ours.us <= victoriametrics * goalShare && ours.seals > 0,
        conditions:
          `${hosts.count} ${hosts.what} hosts, ${hosts.series.length} series each; ours: ${sealEveryTicks} ticks a host in ` +
          `batches of ${hostsPerBatch} hosts over its socket, logged, synced and sealed at the shipped rate for each tick (hour and half ` +
          `minute ${Math.round(settings.realSeconds / settings.sealSeconds)} times as fast, heads filled beforehand); VictoriaMetrics: the same batches as text, ` +
          `${ticks} ticks, with its flush; Prometheus: scrapes of each host, targets and idle CPU included; scheduler's counters`,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** A first round fills the heads to all ages; in the second each host sends as much as becomes one block. */
async function ourCost(context: BenchContext, hosts: Hosts): Promise<{ us: number; seals: number }> {
  const factor = settings.realSeconds / settings.sealSeconds;
  const flags = ['--seal-interval', `${settings.sealSeconds}s`];
  flags.push('--commit-interval', `${Math.round(30_000 / factor)}ms`);
  const store = await StoreBox.start({ bundles: await context.bundles(), flags });
  try {
    context.progress('into our store: its heads are filled');
    const machines = await store.admit(hosts);
    const wallAtZeroMs = Date.now() - 2 * sealEveryTicks * stepMs;
    const startMs = performance.now();
    const feed = async (from: number, to: number) => {
      for (let at = from; at < to; at++) {
        // In step with the seals, which go by the clock.
        const dueMs = startMs + (at / sealEveryTicks) * settings.sealSeconds * 1_000;
        await sleep(Math.max(0, dueMs - performance.now()), undefined, { signal: context.signal });
        for (let first = 0; first < hosts.count; first += hostsPerBatch) {
          const some = machines.slice(first, first + hostsPerBatch);
          await store.client.append(
            some.map((machine, next) =>
              entryOf(hosts, { machine, host: first + next, from: at, to: at + 1, wallAtZeroMs }),
            ),
          );
        }
      }
    };
    await feed(0, sealEveryTicks);
    context.progress('into our store: it is measured');
    const before = { cpuMs: store.cpuMs(), health: await store.reader.health() };
    await feed(sealEveryTicks, 2 * sealEveryTicks);
    await store.committed();
    const after = { cpuMs: store.cpuMs(), health: await store.reader.health() };
    const samples = (after.health.ticks - before.health.ticks) * hosts.series.length;
    return {
      us: ((after.cpuMs - before.cpuMs) * 1_000) / samples,
      seals: after.health.blocks - before.health.blocks,
    };
  } finally {
    await store.remove();
  }
}

async function victoriaMetricsCost(
  context: BenchContext,
  hosts: Hosts,
  folder: string,
  ticks: number,
): Promise<number> {
  context.progress('into VictoriaMetrics');
  const victoria = await startVictoriaMetrics(folder);
  try {
    const firstMs = Date.now() - ticks * stepMs;
    for (let at = 0; at < ticks; at++) {
      context.signal.throwIfAborted();
      for (let first = 0; first < hosts.count; first += hostsPerBatch) {
        let text = '';
        for (let host = first; host < Math.min(first + hostsPerBatch, hosts.count); host++)
          text += hosts.lines(host, at, firstMs + at * stepMs);
        await importLines(victoria.base, text);
      }
    }
    await sleep(settleMs, undefined, { signal: context.signal });
    await flushed(victoria.base);
    return (schedulerMs(victoria.pid) * 1_000) / (ticks * hosts.count * hosts.series.length);
  } finally {
    await victoria.stop();
  }
}

/** It is not to be fed: it scrapes in real time, so that it is measured for a minute. */
async function prometheusCost(context: BenchContext, hosts: Hosts, folder: string): Promise<number> {
  context.progress('into Prometheus');
  let samples = 0;
  const turns = new Map<number, number>();
  const server = createServer((request, response) => {
    const host = Number(new URL(request.url ?? '', 'http://bench').searchParams.get('host'));
    const at = turns.get(host) ?? 0;
    turns.set(host, at + 1);
    samples += hosts.series.length;
    response.end(hosts.lines(host, at));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const prometheus = await startPrometheus(folder, hosts.count, `127.0.0.1:${port}`);
  try {
    await sleep(60_000, undefined, { signal: context.signal });
    return (schedulerMs(prometheus.pid) * 1_000) / samples;
  } finally {
    await prometheus.stop();
    server.closeAllConnections();
    server.close();
  }
}
