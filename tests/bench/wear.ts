/** Bytes that reach the device for each sample, in real time, beside VictoriaMetrics and Prometheus with the same samples. */

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dataMountOptions } from '../../image/data-mount.ts';
import { type Bench, type BenchContext, numberOption, round } from './bench.ts';
import { createDisk, type Disk } from './disk.ts';
import { Hosts, hostHelp, hostOptions } from './hosts.ts';
import { assertPrometheus, startPrometheus } from './prometheus.ts';
import { entryOf, fillHeads, fillHistory, StoreBox, stepMs } from './store-box.ts';
import { assertVictoriaMetrics, importLines, startVictoriaMetrics } from './victoriametrics.ts';

const goal = 2.5;
const hostCount = 100;
const leastMinutes = 10;
const traceHours = 3;
/** The peers have been running for a while when the counting begins. */
const warmUpMs = 60_000;

export const wear: Bench = {
  about: 'bytes written to the device a sample, in real time, all with their own syncs',
  goal: `ours ≤ ${goal}`,
  help: { minutes: `how long is counted (${leastMinutes})`, ...hostHelp(hostCount) },
  options: { minutes: { type: 'string' }, ...hostOptions },
  async run(context) {
    await assertVictoriaMetrics();
    await assertPrometheus();
    const minutes = numberOption(context, 'minutes', leastMinutes);
    const hosts = await Hosts.of(context, { hosts: hostCount, hours: traceHours });
    const bundles = await context.bundles();
    const folder = await mkdtemp(join(tmpdir(), 'nm-'));
    const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
    const closeLater = <T>(what: T, close: (what: T) => Promise<unknown>): T => {
      closing.push(() => close(what));
      return what;
    };
    try {
      const disk = async (name: string) =>
        closeLater(await createDisk(join(folder, name)), (made) => made.remove());
      const disks = { ours: await disk('o'), victoriametrics: await disk('v'), prometheus: await disk('p') };
      const stop = (one: { stop(): Promise<void> }) => one.stop();
      const victoria = closeLater(await startVictoriaMetrics(disks.victoriametrics.folder), stop);
      const feed = closeLater(await Feed.start(hosts, victoria.base), stop);
      const prometheus = closeLater(
        await startPrometheus(disks.prometheus.folder, hosts.count, feed.target),
        stop,
      );
      const store = closeLater(await StoreBox.start({ bundles, parent: disks.ours.folder }), (one) =>
        one.remove(),
      );
      const pids = { ours: store.pid, victoriametrics: victoria.pid, prometheus: prometheus.pid };
      await feed.fill(store);
      context.progress(
        `heads are filled; the three run for ${warmUpMs / 1_000} s, then ${minutes} min are counted`,
      );
      feed.begin();
      await sleep(warmUpMs, undefined, { signal: context.signal });
      return await measure(context, { hosts, minutes, disks, pids, feed, store });
    } finally {
      for (const close of closing.reverse())
        await close().catch((error: unknown) => context.progress(String(error)));
    }
  },
};

type Run = {
  hosts: Hosts;
  minutes: number;
  disks: Record<'ours' | 'victoriametrics' | 'prometheus', Disk>;
  pids: Record<'ours' | 'victoriametrics' | 'prometheus', number>;
  feed: Feed;
  store: StoreBox;
};

async function measure(context: BenchContext, { hosts, minutes, disks, pids, feed, store }: Run) {
  const names = ['ours', 'victoriametrics', 'prometheus'] as const;
  const look = async () => ({
    bytes: await Promise.all(names.map((name) => disks[name].writtenBytes(pids[name]))),
    sent: { ...feed.sent },
    blocks: (await store.reader.health()).blocks,
    compactions: await compactions(store.box.home),
  });
  const before = await look();
  await sleep(minutes * 60_000, undefined, { signal: context.signal });
  await store.committed();
  const after = await look();
  const perSample = names.map(
    (name, at) => (after.bytes[at]! - before.bytes[at]!) / (after.sent[name] - before.sent[name]),
  );
  const [ours = 0, victoriametrics = 0, prometheus = 0] = perSample.map((bytes) => round(bytes, 2));
  const blocks = after.blocks - before.blocks;
  const compacted = after.compactions - before.compactions;
  const counted = disks.ours.device
    ? `sectors written to a loop device of its own with ext4 (${dataMountOptions}, as the image mounts its data), journal included`
    : 'write_bytes of each process (no root or no loop device: without the journal of the file system)';
  return {
    figures: { ours, victoriametrics, prometheus, seals: blocks, compactions: compacted },
    met: ours <= goal && minutes >= leastMinutes && blocks > 0 && compacted > 0 && feed.failures === 0,
    conditions:
      `${hosts.count} ${hosts.what} hosts, ${hosts.series.length} series each, every ${stepMs / 1_000} s, ${minutes} min in real time ` +
      `(${after.sent.ours - before.sent.ours} samples, ${feed.failures} failed sendings); ${counted}; ` +
      'heads filled beforehand to the ages that they have in an ordinary hour; everybody with the settings as shipped',
  };
}

/** LevelDB tells in its log of each table that it makes, and each merge. */
async function compactions(home: string): Promise<number> {
  const folder = join(home, 'state', 'store', 'db');
  const logs = (await readdir(folder)).filter((name) => name === 'LOG' || name === 'LOG.old');
  const texts = await Promise.all(logs.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.reduce(
    (sum, text) => sum + (text.match(/Compacted |Level-0 table #\d+: \d+ bytes OK/g) ?? []).length,
    0,
  );
}

/** One turn every 5 s for each host, spread over them: to us and to VictoriaMetrics by sending, to Prometheus by answering. */
class Feed {
  readonly target: string;
  readonly sent = { ours: 0, victoriametrics: 0, prometheus: 0 };
  failures = 0;
  readonly #hosts: Hosts;
  readonly #base: string;
  readonly #close: () => Promise<void>;
  #store: StoreBox | null = null;
  #machines: number[] = [];
  #next: number[] = [];
  #zeros: number[] = [];
  #timers: NodeJS.Timeout[] = [];

  private constructor(hosts: Hosts, base: string, server: ReturnType<typeof createServer>) {
    this.#hosts = hosts;
    this.#base = base;
    this.target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#close = () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    server.on('request', (request, response) => {
      const host = Number(new URL(request.url ?? '', 'http://bench').searchParams.get('host'));
      this.sent.prometheus += hosts.series.length;
      response.end(hosts.lines(host, this.#next[host] ?? 0));
    });
  }

  static async start(hosts: Hosts, base: string): Promise<Feed> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Feed(hosts, base, server);
  }

  async fill(store: StoreBox): Promise<void> {
    this.#store = store;
    this.#machines = await store.admit(this.#hosts);
    await fillHistory(store, this.#hosts, this.#machines);
    this.#next = await fillHeads(store.client, this.#hosts, this.#machines, (host, ticks) => {
      this.#zeros[host] = Date.now() - ticks * stepMs;
      return this.#zeros[host]!;
    });
    await store.committed();
  }

  begin(): void {
    for (let host = 0; host < this.#hosts.count; host++) {
      this.#timers[host] = setTimeout(
        () => {
          this.#turn(host);
          this.#timers[host] = setInterval(() => this.#turn(host), stepMs);
        },
        (host / this.#hosts.count) * stepMs,
      );
    }
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#close();
  }

  #turn(host: number): void {
    const at = this.#next[host]!++;
    const count = this.#hosts.series.length;
    const stretch = {
      machine: this.#machines[host]!,
      host,
      from: at,
      to: at + 1,
      wallAtZeroMs: this.#zeros[host]!,
    };
    const failed = () => {
      this.failures++;
    };
    this.#store?.client.append([entryOf(this.#hosts, stretch)]).then(() => {
      this.sent.ours += count;
    }, failed);
    importLines(this.#base, this.#hosts.lines(host, at)).then(() => {
      this.sent.victoriametrics += count;
    }, failed);
  }
}
