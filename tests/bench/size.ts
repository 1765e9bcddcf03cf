/** Bytes a sample on disk, beside VictoriaMetrics and Prometheus with the same samples. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bench, type BenchContext, numberOption, round } from './bench.ts';
import { ownBytes } from './own-store.ts';
import { assertPrometheus, prometheusBytes } from './prometheus.ts';
import { generateHost, type HostTrace } from './trace.ts';
import { readTrace, shifted } from './trace-file.ts';
import { assertVictoriaMetrics, victoriaMetricsBytes } from './victoriametrics.ts';

const goal = { ratio: 1.2, aim: 1.5 };

export const size: Bench = {
  about: 'bytes a sample on disk, all read back and compared',
  goal: `ours ≤ VictoriaMetrics ÷ ${goal.ratio}, then ÷ ${goal.aim}`,
  help: {
    hosts: 'how many hosts (10)',
    hours: 'how long, for generated hosts (24)',
    first: 'number of the first generated host; the codec was tuned on 0 to 4 (0)',
    trace: 'a recording instead: CSV, a line "t,series,…", then milliseconds and values',
  },
  options: {
    ...{ hosts: { type: 'string' }, hours: { type: 'string' } },
    ...{ first: { type: 'string' }, trace: { type: 'string' } },
  },
  async run(context) {
    await assertVictoriaMetrics();
    await assertPrometheus();
    const hosts = await hostsOf(context);
    const sent = hosts.reduce((sum, host) => sum + valuesIn(host), 0);
    const folder = await mkdtemp(join(tmpdir(), 'nm-'));
    try {
      context.progress(`${sent} samples of ${hosts.length} hosts; into our store`);
      const state = join(folder, 'ours');
      await mkdir(state, { mode: 0o700 });
      const ours = await ownBytes(state, hosts, context.signal);
      context.progress('into VictoriaMetrics');
      const victoria = await victoriaMetricsBytes(folder, hosts, context.signal);
      context.progress('into Prometheus');
      const prometheus = await prometheusBytes(folder, hosts, context.signal);
      for (const [name, peer] of Object.entries({ victoria, prometheus })) {
        if (peer.samples !== sent) context.progress(`${name} holds ${peer.samples} of ${sent} samples`);
      }
      const figures = {
        ours: round(ours.bytes / sent, 4),
        victoriametrics: round(victoria.bytes / victoria.samples, 4),
        prometheus: round(prometheus.bytes / prometheus.samples, 4),
        ratio: round(victoria.bytes / victoria.samples / (ours.bytes / sent), 3),
        before_compaction: round(ours.beforeCompaction / sent, 4),
        wrong: ours.wrong,
      };
      const what = context.values.trace === undefined ? 'generated' : 'recorded';
      return {
        figures,
        met: ours.wrong === 0 && figures.ratio >= goal.ratio,
        conditions:
          `${hosts.length} ${what} hosts, ${sent} samples, ${ours.blocks} blocks sealed as by default; ` +
          'all files counted after the end: our database after a full compaction (before it with its log), VictoriaMetrics (data and index) after a ' +
          'forced merge, Prometheus in blocks of 2 h without its log',
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function hostsOf(context: BenchContext): Promise<HostTrace[]> {
  const count = numberOption(context, 'hosts', 10);
  const numbers = Array.from({ length: Math.max(1, Math.floor(count)) }, (_, host) => host);
  const { trace } = context.values;
  if (trace !== undefined) {
    const recorded = await readTrace(trace);
    return numbers.map((host) => shifted(recorded, host));
  }
  const hours = numberOption(context, 'hours', 24);
  const first = numberOption(context, 'first', 0);
  return numbers.map((host) => generateHost(first + host, hours));
}

function valuesIn({ columns }: HostTrace): number {
  return columns.reduce(
    (sum, column) => sum + column.reduce((some, value) => some + (Number.isNaN(value) ? 0 : 1), 0),
    0,
  );
}
