/** Our store with a day of history, asked over its own socket as the box's other processes ask it. */
import { unscaled } from '../../appliance/protocol/series.ts';
import type { ExportPage } from '../../appliance/store/client/types.ts';
import { eventually } from '../helpers/eventually.ts';
import type { BenchContext } from './bench.ts';
import { type Ask, type Asked, answerOf, deepHosts, type History, hoursAsked, pairOf } from './questions.ts';
import { rowsOf } from './rows.ts';
import { entryOf, StoreBox, sealEveryTicks, stepMs } from './store-box.ts';

const ticksPerEntry = 60;
const chartPoints = 240;

/** `chart`: what the page asks for a chart of the whole day. */
export type AskedStore = Asked & { chart(turn: number): Promise<void> };

export async function askedStore(context: BenchContext, history: History): Promise<AskedStore> {
  const store = await StoreBox.start({
    bundles: await context.bundles(),
    flags: ['--seal-interval', '1s', '--commit-interval', '100ms'],
  });
  try {
    const machines = await store.admit(history.hosts);
    await fill(store, machines, context, history);
    return {
      // The store that was filled was another process: this is the one of now.
      pid: store.pid,
      ...questions(store, machines, history),
      remove: () => store.remove(),
    };
  } catch (error) {
    await store.remove();
    throw error;
  }
}

/** A day of blocks, and then what waits in RAM. */
async function fill(
  store: StoreBox,
  machines: readonly number[],
  context: BenchContext,
  { hosts, endMs }: History,
): Promise<void> {
  const send = async (host: number, first: number, last: number) => {
    const machine = machines[host]!;
    const wallAtZeroMs = endMs - rowsOf(host, machine).all * stepMs;
    for (let from = first; from < last; from += ticksPerEntry) {
      const to = Math.min(from + ticksPerEntry, last);
      await store.client.append([entryOf(hosts, { machine, host, from, to, wallAtZeroMs })]);
    }
  };
  context.progress('a day of blocks into our store');
  for (let hour = 0; hour < hoursAsked; hour++) {
    context.signal.throwIfAborted();
    for (let host = 0; host < Math.min(deepHosts, hosts.count); host++)
      await send(host, hour * sealEveryTicks, (hour + 1) * sealEveryTicks);
    await eventually('all is sealed', async () => (await store.reader.health()).heads === 0, { everyMs: 50 });
  }
  await store.restart([]);
  for (const [host, machine] of machines.entries()) {
    const { sealed, all } = rowsOf(host, machine);
    await send(host, sealed, all);
  }
  await store.committed();
}

function questions(store: StoreBox, machines: readonly number[], { hosts, endMs }: History) {
  const fromMs = endMs - hoursAsked * 3_600_000;
  const questionOf = (turn: number) => {
    const { host, index } = pairOf(hosts, turn);
    const { name, scale } = hosts.series[index]!;
    return { machine: machines[host]!, names: [name], scale, fromMs, toMs: endMs };
  };
  const range: Ask = async (turn) => {
    const { scale, ...question } = questionOf(turn);
    const times: number[] = [];
    const values: number[] = [];
    let cursor: string | null = null;
    do {
      const page: ExportPage = await store.reader.exportPage({
        ...{ ...question, tier: 'raw' },
        ...(cursor === null ? {} : { cursor }),
      });
      times.push(...page.times);
      for (const value of page.columns[0]!.values!) values.push(unscaled(value!, scale));
      cursor = page.next;
    } while (cursor !== null);
    return answerOf(times, values);
  };
  return {
    range,
    async chart(turn: number) {
      const { scale, ...question } = questionOf(turn);
      const { columns } = await store.reader.range({ ...question, points: chartPoints });
      if (!columns[0]?.mean.some((value) => value !== null)) throw new Error('a chart is empty');
    },
    async latest() {
      const all = Object.values(await store.reader.latestOfAll());
      return all.reduce((sum, list) => sum + list.length, 0);
    },
  };
}
