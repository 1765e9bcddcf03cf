/** node_exporter on the loopback, scraped as Prometheus would. */
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { get } from 'node:http';
import { eventually } from '../helpers/eventually.ts';
import { freePorts } from '../helpers/ports.ts';
import { MissingPeer } from './bench.ts';

const binary = '/usr/bin/prometheus-node-exporter';

export type Exporter = { pid: number; scrape(): Promise<number>; stop(): Promise<void> };

export async function startExporter(): Promise<Exporter> {
  await access(binary).catch(() => {
    throw new MissingPeer(
      'node_exporter is missing. On Debian: sudo apt-get install prometheus-node-exporter (its service need not run).',
    );
  });
  const [port = 0] = await freePorts(1);
  const child = spawn(binary, [`--web.listen-address=127.0.0.1:${port}`], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const scrape = () => bytesOf(`http://127.0.0.1:${port}/metrics`);
  await eventually('node_exporter answers', async () => (await scrape()) > 0);
  return {
    pid: child.pid ?? 0,
    scrape,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function bytesOf(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    }).on('error', reject);
  });
}
