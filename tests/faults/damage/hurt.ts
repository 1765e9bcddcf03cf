/** The damages: a file truncated, flipped, zeroed, emptied, missing or stale. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const hurts = ['flip', 'flips', 'truncate', 'zero', 'empty', 'missing', 'stale'] as const;
export type Hurt = (typeof hurts)[number];

/** Nobody reads these. */
const unread = /(^|\/)(LOCK|LOG|LOG\.old)$/;

export function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return paths
    .map((path) => path.slice(folder.length + 1))
    .filter((path) => !unread.test(path))
    .sort();
}

/** A file of each kind as often as one of another, whatever their number. */
export function choose(folder: string, random: () => number): string {
  const files = filesOf(folder);
  const kinds = new Map<string, string[]>();
  for (const file of files) {
    const kind = file.replace(/\d+/g, '#');
    kinds.set(kind, [...(kinds.get(kind) ?? []), file]);
  }
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  return pick(kinds.get(pick([...kinds.keys()]))!);
}

/** False when nothing was changed by it. */
export function damage(o: {
  folder: string;
  earlier: string;
  file: string;
  hurt: Hurt;
  random: () => number;
}): boolean {
  const path = join(o.folder, o.file);
  const bytes = readFileSync(path);
  const at = (length: number) => Math.floor(o.random() * length);
  if (o.hurt === 'missing') {
    rmSync(path);
    return true;
  }
  if (o.hurt === 'stale') {
    const older = join(o.earlier, o.file);
    if (!existsSync(older) || readFileSync(older).equals(bytes)) return false;
    cpSync(older, path);
    return true;
  }
  if (bytes.length === 0) return false;
  if (o.hurt === 'empty') truncateSync(path, 0);
  else if (o.hurt === 'truncate') truncateSync(path, at(bytes.length));
  else if (o.hurt === 'zero') {
    const start = Math.floor(at(bytes.length) / 512) * 512;
    const before = Buffer.from(bytes);
    bytes.fill(0, start, Math.min(bytes.length, start + 512));
    if (before.equals(bytes)) return false;
    writeFileSync(path, bytes);
  } else {
    const count = o.hurt === 'flips' ? 8 : 1;
    for (let flip = 0; flip < count; flip++) {
      const byte = at(bytes.length);
      bytes[byte] = bytes[byte]! ^ (1 << at(8));
    }
    writeFileSync(path, bytes);
  }
  return true;
}
