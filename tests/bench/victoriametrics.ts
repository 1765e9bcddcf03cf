/** VictoriaMetrics on loopback, fed with a trace: how many bytes it needs for it. */
import { join } from 'node:path';
import { eventually } from '../helpers/eventually.ts';
import { freePorts } from '../helpers/ports.ts';
import { assertInstalled, folderBytes, type Running, startPeer } from './peer.ts';
import { decimalsOf, type HostTrace } from './trace.ts';

const quietLooks = 12;
const binary = '/usr/bin/victoria-metrics';

export const assertVictoriaMetrics = () => assertInstalled(binary, 'victoria-metrics');

export type VictoriaMetrics = Running & { base: string; data: string };

/** As Debian's unit starts it, in a folder and on a port of its own. */
export async function startVictoriaMetrics(
  folder: string,
  more: readonly string[] = [],
): Promise<VictoriaMetrics> {
  const [port = 0] = await freePorts(1);
  const base = `http://127.0.0.1:${port}`;
  const data = join(folder, 'victoriametrics');
  const running = startPeer(binary, [
    `-storageDataPath=${data}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    ...more,
  ]);
  await eventually('VictoriaMetrics answers', async () => {
    const response = await fetch(`${base}/health`).catch(() => null);
    return response?.ok === true;
  });
  return { ...running, base, data };
}

/** Lines as an exporter writes them, dated or of now. */
export async function importLines(base: string, body: string): Promise<void> {
  const response = await fetch(`${base}/api/v1/import/prometheus`, { method: 'POST', body });
  if (!response.ok) throw new Error(`VictoriaMetrics refuses the import: ${await response.text()}`);
  await response.arrayBuffer();
}

/** Everything that it took is to be found. */
export async function flushed(base: string): Promise<void> {
  await told(`${base}/internal/force_flush`);
}

/** A series is imported in one piece and its parts are merged, which suits it best. */
export async function victoriaMetricsBytes(
  folder: string,
  hosts: Iterable<HostTrace>,
  signal: AbortSignal,
): Promise<{ bytes: number; samples: number }> {
  const running = await startVictoriaMetrics(folder, ['-retentionPeriod=100y', '-loggerLevel=ERROR']);
  const { base, data } = running;
  let samples = 0;
  try {
    for (const host of hosts) await importHost(base, host, signal);
    await told(`${base}/internal/force_flush`);
    await told(`${base}/internal/force_merge`);
    await merged(base);
    samples = await metric(base, 'vm_rows{type="storage/');
  } finally {
    await running.stop();
  }
  return {
    bytes: (await folderBytes(join(data, 'data'))) + (await folderBytes(join(data, 'indexdb'))),
    samples,
  };
}

export async function importHost(
  base: string,
  { host, times, series, columns }: HostTrace,
  signal: AbortSignal,
): Promise<void> {
  for (const [index, { name, scale }] of series.entries()) {
    const column = columns[index]!;
    const values: string[] = [];
    const timestamps: number[] = [];
    for (let at = 0; at < times.length; at++) {
      if (Number.isNaN(column[at])) continue;
      values.push(decimalsOf(column[at]!, scale));
      timestamps.push(times[at]!);
    }
    if (values.length === 0) continue;
    signal.throwIfAborted();
    await importColumn(base, { name: name.replaceAll(/[^a-zA-Z0-9_]/g, '_'), host, values, timestamps });
  }
}

/** One series of one host in one piece. */
export async function importColumn(
  base: string,
  {
    name,
    host,
    values,
    timestamps,
  }: { name: string; host: number; values: readonly string[]; timestamps: readonly number[] },
): Promise<void> {
  const metric = JSON.stringify({ __name__: name, host: `host-${host}` });
  const body = `{"metric":${metric},"values":[${values.join()}],"timestamps":[${timestamps.join()}]}\n`;
  const response = await fetch(`${base}/api/v1/import`, { method: 'POST', body });
  if (!response.ok) throw new Error(`VictoriaMetrics refuses the import: ${await response.text()}`);
}

/** The merge begins some time after it was asked for, and is over when nothing has changed for a while. */
async function merged(base: string): Promise<void> {
  let quiet = 0;
  let before = '';
  const settled = async () => {
    const busy = (await metric(base, 'vm_active_force_merges')) + (await metric(base, 'vm_active_merges{'));
    const now = `${await metric(base, 'vm_parts{')} ${await metric(base, 'vm_data_size_bytes{')}`;
    quiet = busy === 0 && now === before ? quiet + 1 : 0;
    before = now;
    return quiet >= quietLooks;
  };
  await eventually('VictoriaMetrics has merged', settled, { withinMs: 600_000, everyMs: 250 });
}

async function told(address: string): Promise<void> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  await response.arrayBuffer();
}

/** The sum of all metrics of its own that begin so. */
export async function metric(base: string, name: string): Promise<number> {
  const text = await (await fetch(`${base}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
