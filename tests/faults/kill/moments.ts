/** What a store was doing when it was killed, by the last words of its debug log and of LevelDB's own. */

export const deeds = ['seal', 'rollup', 'retention', 'cleanup', 'compaction', 'table', 'backup'] as const;
export type Deed = (typeof deeds)[number];

export type Write = { puts: ReadonlySet<string>; deletes: ReadonlySet<string> };

/** The write that has begun and is not on disk, or null. */
export function writeUnderWay(said: string): Write | null {
  const at = said.lastIndexOf('msg="writing"');
  if (at === -1) return null;
  const end = said.indexOf('\n', at);
  // A pipe takes a line as a whole.
  const line = said.slice(at, end === -1 ? undefined : end);
  const { seq, puts, deletes } = /seq=(?<seq>\d+) puts=(?<puts>\S+) deletes=(?<deletes>\S+)/.exec(line)
    ?.groups ?? { seq: '', puts: '', deletes: '' };
  if (said.indexOf(`msg="written" seq=${seq}\n`, at) !== -1) return null;
  const set = (list = '') => new Set(list.replaceAll('"', '').split('+'));
  return { puts: set(puts), deletes: set(deletes) };
}

/** How many writes of this sort are on disk. */
export function writesDone(said: string, deed: Deed): number {
  const done = new Set<string>();
  for (const [line, seq = ''] of said.matchAll(/msg="writing" seq=(\d+) .*/g)) {
    const write = writeUnderWay(line);
    if (write !== null && deedsOf(write).includes(deed) && said.includes(`msg="written" seq=${seq}\n`))
      done.add(seq);
  }
  return done.size;
}

export function deedsOf({ puts, deletes }: Write): Deed[] {
  const found: Deed[] = [];
  if (puts.has('block')) found.push('seal');
  if (puts.has('rollup')) found.push('rollup');
  else if (deletes.has('rollup')) found.push('retention');
  if (deletes.has('journal')) found.push('cleanup');
  return found;
}

/** By LevelDB's LOG: merging tables, or writing one from what was in RAM. */
export function databaseDeeds(log: string): Deed[] {
  const count = (form: RegExp) => log.match(form)?.length ?? 0;
  const found: Deed[] = [];
  if (count(/ Compacting /g) > count(/ Compacted /g)) found.push('compaction');
  if (count(/ Level-0 table #\d+: started/g) > count(/ Level-0 table #\d+: \d+ bytes/g)) found.push('table');
  return found;
}
