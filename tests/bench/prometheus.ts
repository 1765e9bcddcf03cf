/** Prometheus' blocks of a trace, written by its own tool: how many bytes they are. */
import { execFile } from 'node:child_process';
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../helpers/eventually.ts';
import { freePorts } from '../helpers/ports.ts';
import { assertInstalled, folderBytes, type Running, startPeer } from './peer.ts';
import { decimalsOf, type HostTrace } from './trace.ts';

const binary = '/usr/bin/promtool';
const server = '/usr/bin/prometheus';
const run = promisify(execFile);
/** The length of a block, whose borders are multiples of it. */
const blockMs = 2 * 3_600_000;

export const assertPrometheus = () => assertInstalled(binary, 'prometheus');

/** As Debian starts it, in a folder of its own: it scrapes so many hosts of `target` (host:port) every 5 s. */
export async function startPrometheus(folder: string, hosts: number, target: string): Promise<Running> {
  const data = join(folder, 'prometheus');
  await mkdir(data, { recursive: true });
  const names = Array.from({ length: hosts }, (_, host) => `'${host}'`);
  const config = `global: { scrape_interval: 5s }
scrape_configs:
  - job_name: bench
    static_configs: [{ targets: [${names.join()}] }]
    relabel_configs:
      - { source_labels: [__address__], target_label: __param_host }
      - { source_labels: [__address__], target_label: instance }
      - { target_label: __address__, replacement: '${target}' }
`;
  await writeFile(join(folder, 'prometheus.yml'), config);
  const [port = 0] = await freePorts(1);
  const running = startPeer(server, [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await eventually('Prometheus is ready', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/-/ready`).catch(() => null);
    return response?.ok === true;
  });
  return running;
}

/** Block by block, so that its tool reads each line once. */
export async function prometheusBytes(
  folder: string,
  hosts: readonly HostTrace[],
  signal: AbortSignal,
): Promise<{ bytes: number; samples: number }> {
  const blocks = join(folder, 'prometheus');
  const file = join(folder, 'openmetrics.txt');
  const firstMs = Math.min(...hosts.map(({ times }) => times[0]!));
  const lastMs = Math.max(...hosts.map(({ times }) => times[times.length - 1]!));
  for (let fromMs = Math.floor(firstMs / blockMs) * blockMs; fromMs <= lastMs; fromMs += blockMs) {
    await writeLines(file, hosts, fromMs, fromMs + blockMs);
    await run(binary, ['tsdb', 'create-blocks-from', 'openmetrics', file, blocks], { signal });
  }
  await rm(file);
  let samples = 0;
  for (const name of await readdir(blocks)) {
    const meta: unknown = JSON.parse(await readFile(join(blocks, name, 'meta.json'), 'utf8'));
    samples += (meta as { stats: { numSamples: number } }).stats.numSamples;
  }
  return { bytes: await folderBytes(blocks), samples };
}

async function writeLines(
  path: string,
  hosts: readonly HostTrace[],
  fromMs: number,
  toMs: number,
): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const [index, { name, scale }] of hosts[0]!.series.entries()) {
      for (const { host, times, columns } of hosts) {
        const labelled = `${name.replaceAll(/[^a-zA-Z0-9_]/g, '_')}{host="host-${host}"}`;
        const lines: string[] = [];
        for (let at = 0; at < times.length; at++) {
          const value = columns[index]![at]!;
          if (times[at]! < fromMs || times[at]! >= toMs || Number.isNaN(value)) continue;
          lines.push(`${labelled} ${decimalsOf(value, scale)} ${(times[at]! / 1000).toFixed(3)}\n`);
        }
        await file.write(lines.join(''));
      }
    }
    await file.write('# EOF\n');
  } finally {
    await file.close();
  }
}
