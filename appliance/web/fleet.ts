/** The fleet as RAM sees it, kept from the store's changes, so that looking at it asks nobody. */
import type { Change, Machine, StoreClient, Summary } from '../store/client/client.ts';

export type Row = Machine & { tMs: number | null; summary: Summary | null };

export type Fleet = {
  /** Reads everything anew; changes that arrive meanwhile are applied afterwards. */
  refresh(): Promise<void>;
  apply(change: Change): void;
  rows(): Row[];
  row(machine: number): Row | null;
};

export function createFleet(store: StoreClient): Fleet {
  let machines = new Map<number, Machine>();
  let summaries = new Map<number, { tMs: number; summary: Summary }>();
  let held: Change[] | null = null;

  function applyNow(change: Change): void {
    if (change.topic === 'live') {
      const { machine, tMs, summary } = change;
      summaries.set(machine, { tMs, summary });
    } else if (change.topic === 'machine' && change.removed) {
      machines.delete(change.machine.machine);
      summaries.delete(change.machine.machine);
    } else if (change.topic === 'machine') machines.set(change.machine.machine, change.machine);
  }

  const rowOf = (machine: Machine): Row => ({
    ...machine,
    tMs: summaries.get(machine.machine)?.tMs ?? null,
    summary: summaries.get(machine.machine)?.summary ?? null,
  });

  return {
    async refresh() {
      const arriving: Change[] = [];
      held = arriving;
      try {
        const [all, latest] = await Promise.all([store.machines(), store.summaries()]);
        machines = new Map(all.map((machine) => [machine.machine, machine]));
        summaries = new Map(Object.entries(latest).map(([machine, value]) => [Number(machine), value]));
      } finally {
        if (held === arriving) held = null;
        for (const change of arriving) applyNow(change);
      }
    },
    apply(change) {
      if (held) held.push(change);
      else applyNow(change);
    },
    rows: () => [...machines.values()].map(rowOf),
    row(machine) {
      const found = machines.get(machine);
      return found ? rowOf(found) : null;
    },
  };
}
