/** VictoriaMetrics with the history that our store has, asked over HTTP. */
import { rm } from 'node:fs/promises';
import type { BenchContext } from './bench.ts';
import type { Hosts } from './hosts.ts';
import { type Asked, answerOf, deepHosts, type History, hoursAsked, pairOf } from './questions.ts';
import { rowsOf } from './rows.ts';
import { stepMs } from './store-box.ts';
import {
  flushed,
  importColumn,
  importLines,
  startVictoriaMetrics,
  type VictoriaMetrics,
} from './victoriametrics.ts';

const latestTicks = 12;

export async function askedVictoriaMetrics(
  context: BenchContext,
  history: History,
  folder: string,
): Promise<Asked> {
  context.progress('the same into VictoriaMetrics');
  const victoria = await startVictoriaMetrics(folder);
  try {
    await fill(victoria, context, history);
    return {
      pid: victoria.pid,
      ...questions(victoria, history),
      async remove() {
        await victoria.stop();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await victoria.stop();
    throw error;
  }
}

async function fill(victoria: VictoriaMetrics, context: BenchContext, { hosts, endMs }: History) {
  for (let host = 0; host < hosts.count; host++) {
    context.signal.throwIfAborted();
    const { all } = rowsOf(host, host + 1);
    if (host < deepHosts) await importDay(victoria, hosts, host, { rows: all, endMs });
    else {
      let text = '';
      for (let at = all - latestTicks; at < all; at++)
        text += hosts.lines(host, at, endMs - (all - at) * stepMs);
      await importLines(victoria.base, text);
    }
  }
  await flushed(victoria.base);
}

async function importDay(
  victoria: VictoriaMetrics,
  hosts: Hosts,
  host: number,
  { rows, endMs }: { rows: number; endMs: number },
): Promise<void> {
  for (const index of hosts.series.keys()) {
    const values: string[] = [];
    const timestamps: number[] = [];
    for (let at = 0; at < rows; at++) {
      const value = hosts.text(host, index, at);
      if (value === null) continue;
      values.push(value);
      timestamps.push(endMs - (rows - at) * stepMs);
    }
    await importColumn(victoria.base, { name: hosts.label(index), host, values, timestamps });
  }
}

function questions({ base }: VictoriaMetrics, { hosts, endMs }: History): Pick<Asked, 'range' | 'latest'> {
  return {
    async range(turn) {
      const { host, index } = pairOf(hosts, turn);
      const asked = new URLSearchParams({
        'match[]': `${hosts.label(index)}{host="host-${host}"}`,
        start: String((endMs - hoursAsked * 3_600_000) / 1_000),
        end: String(endMs / 1_000),
      });
      const text = await (await fetch(`${base}/api/v1/export?${asked}`)).text();
      const parts = text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { values: number[]; timestamps: number[] })
        .sort((a, b) => a.timestamps[0]! - b.timestamps[0]!);
      return answerOf(
        parts.flatMap(({ timestamps }) => timestamps),
        parts.flatMap(({ values }) => values),
      );
    },
    async latest() {
      const asked = new URLSearchParams({ query: '{host!=""}', time: String(endMs / 1_000) });
      const answer = (await (await fetch(`${base}/api/v1/query?${asked}`)).json()) as {
        data: { result: unknown[] };
      };
      return answer.data.result.length;
    },
  };
}
