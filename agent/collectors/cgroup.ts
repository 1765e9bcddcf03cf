/**
 * What a container may use, where /proc/meminfo tells of the machine around it (Documentation/admin-guide/cgroup-v2.rst).
 * The root of a machine's own cgroups has none of these files; in a container they are those of its own cgroup.
 */
import type { Files } from '../files.ts';
import type { Memory } from './memory.ts';

const FOLDER = 'fs/cgroup';

/** Undefined where there is no container: asked once. The answer is undefined as long as nothing bounds it. */
export function containerMemory(sys: Files): ((total: number | undefined) => Memory | undefined) | undefined {
  if (sys.value(`${FOLDER}/memory.max`) === undefined) return undefined;
  return (total) => {
    const limit = sys.integer(`${FOLDER}/memory.max`);
    const current = sys.integer(`${FOLDER}/memory.current`);
    // "max" is no number: the machine's memory is the bound.
    if (limit === undefined || current === undefined || limit <= 0) return undefined;
    if (total !== undefined && limit >= total) return undefined;
    const stat = sys.value(`${FOLDER}/memory.stat`) ?? '';
    const of = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
    // Pages of files that nobody has used lately are given back before anything is killed.
    const used = Math.max(0, Math.min(limit, current - of('inactive_file')));
    return { limit, available: limit - used, free: Math.max(0, limit - current), cached: of('file') };
  };
}
