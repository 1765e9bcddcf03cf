/**
 * Size, use and inodes of each file system. statfs(2) on a dead network file system never comes back, so only file
 * systems that answer from memory are asked directly; the others are asked in the thread pool with a deadline, and those
 * that can hang one after the other: however many of them are dead, they hold one thread of the pool.
 */
import { metricSeries } from '../../appliance/protocol/metrics.table.ts';
import type { Collector, FileSystemSizes, Machine, Reading } from './collector.ts';
import { answersAtOnce, type Mount, mayHang, parseMountinfo, realMounts } from './mounts.ts';
import { PerDevice } from './per-device.ts';

const DEADLINE_MS = 1_000;
/** The kernel writes the list of mounts anew for each reader, which costs it more than all sizes together. */
const MOUNTS_EVERY_MS = 30_000;

type Names = ReturnType<typeof namesOf>;

function namesOf(mountpoint: string) {
  return {
    limit: metricSeries('system.filesystem.limit', mountpoint),
    used: metricSeries('system.filesystem.usage', mountpoint, 'used'),
    free: metricSeries('system.filesystem.usage', mountpoint, 'free'),
    utilization: metricSeries('system.filesystem.utilization', mountpoint),
    inodesUsed: metricSeries('system.filesystem.inodes.usage', mountpoint, 'used'),
    inodesFree: metricSeries('system.filesystem.inodes.usage', mountpoint, 'free'),
  };
}

/** As df counts: the blocks kept for root are neither used nor free for people. */
function putSizes(out: Reading, names: Names, sizes: FileSystemSizes): void {
  if (sizes.blocks <= 0) return;
  const used = (sizes.blocks - sizes.bfree) * sizes.bsize;
  const free = sizes.bavail * sizes.bsize;
  out.put(names.limit, sizes.blocks * sizes.bsize);
  out.put(names.used, used);
  out.put(names.free, free);
  if (used + free > 0) out.put(names.utilization, used / (used + free));
  if (sizes.files <= 0) return; // btrfs and vfat have no fixed number of inodes
  out.put(names.inodesUsed, sizes.files - sizes.ffree);
  out.put(names.inodesFree, sizes.ffree);
}

/** Asks for sizes so that nothing waits longer than the deadline; a question without answer is not asked again. */
class Sizes {
  readonly #machine: Machine;
  readonly #asked = new Map<string, Promise<FileSystemSizes | undefined>>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Sizes, or undefined when there was no answer in time or at all. */
  async of(point: string): Promise<FileSystemSizes | undefined> {
    if (this.#asked.has(point)) return undefined;
    const answer = this.#machine.statfs(point).then(
      (sizes) => sizes,
      () => undefined, // unmounted meanwhile, or not ours to look at: absent
    );
    this.#asked.set(point, answer);
    void answer.then(() => this.#asked.delete(point));
    return Promise.race([answer, this.#deadline(answer)]);
  }

  #deadline(answer: Promise<unknown>): Promise<undefined> {
    return new Promise((resolve) => {
      const timer = this.#machine.clock.after(DEADLINE_MS, () => resolve(undefined));
      void answer.then(() => timer.stop());
    });
  }

  waitingFor(point: string): boolean {
    return this.#asked.has(point);
  }
}

export const filesystems: Collector = (machine) => {
  const names = new PerDevice((label) => namesOf(label));
  const sizes = new Sizes(machine);
  /** What a file system never changes about itself while it stays the same: another one is under the mount point then. */
  const shapes = new Map<string, string>();
  let text = '';
  let listedMs: number | undefined;
  let quick: Mount[] = [];
  let local: Mount[] = [];
  let hanging: Mount[] = [];

  function sort(mounts: readonly Mount[]): void {
    quick = mounts.filter(answersAtOnce);
    hanging = mounts.filter(mayHang);
    local = mounts.filter((mount) => !quick.includes(mount) && !hanging.includes(mount));
    names.keepOnly(new Set(mounts.map((mount) => mount.point)));
    shapes.clear();
  }

  function list(): void {
    listedMs = machine.clock.monotonicMs();
    const now = machine.proc.text('self/mountinfo');
    if (now === text) return;
    text = now ?? '';
    sort(realMounts(parseMountinfo(text)));
  }

  /** Where something is unmounted the sizes of what is below answer: then the list is read before anything else is said. */
  function isStill(mount: Mount, { bsize, blocks }: FileSystemSizes): boolean {
    const [shape, before] = [`${bsize} ${blocks}`, shapes.get(mount.point)];
    shapes.set(mount.point, shape);
    if (before === undefined || before === shape) return true;
    // A pool that shares its space with others looks like this in each cycle.
    const listed = text;
    list();
    return text === listed;
  }

  function measureNow(mount: Mount, out: Reading): void {
    try {
      const found = machine.statfsNow(mount.point);
      if (isStill(mount, found)) putSizes(out, names.of(mount.point), found);
    } catch {
      // unmounted meanwhile, or not ours to look at: absent
      listedMs = undefined;
    }
  }

  async function measure(mount: Mount, out: Reading): Promise<void> {
    const found = await sizes.of(mount.point);
    if (found !== undefined && isStill(mount, found)) putSizes(out, names.of(mount.point), found);
  }

  async function inTurn(out: Reading): Promise<void> {
    for (const mount of hanging) {
      if (hanging.some((other) => sizes.waitingFor(other.point))) return;
      await measure(mount, out);
    }
  }

  return (out) => {
    if (listedMs === undefined || machine.clock.monotonicMs() - listedMs >= MOUNTS_EVERY_MS) list();
    for (const mount of quick) measureNow(mount, out);
    if (local.length + hanging.length === 0) return;
    return Promise.all([...local.map((mount) => measure(mount, out)), inTurn(out)]).then(() => undefined);
  };
};
