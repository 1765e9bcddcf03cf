/** What the runner's events say: who failed, who was skipped, who took long, and which file a lost process was at. */
import { readFileSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import type { EventData, TestsStream } from 'node:test';
import type { Shared } from './together.ts';

export type Seen = {
  failed: string[];
  skipped: string[];
  fileMs: Map<string, number>;
  success: boolean;
};

/** In a shared process each file is a suite of its name. */
export function watch(stream: TestsStream, o: { root: string; shared: readonly Shared[] }): Seen {
  const seen: Seen = { failed: [], skipped: [], fileMs: new Map(), success: false };
  const processes = new Map(o.shared.map((one) => [one.entry, one]));
  const suites = new Set(o.shared.flatMap(({ names }) => names));
  const over = new Set<string>();
  const isSuite = (data: { name: string; nesting: number }) => data.nesting === 0 && suites.has(data.name);

  const fileOf = (path: string) => (isAbsolute(path) ? relative(o.root, path) : path);
  function where(data: {
    name: string;
    nesting: number;
    file?: string | undefined;
    line?: number | undefined;
  }) {
    if (isSuite(data) || data.name === data.file) return `${fileOf(data.name)}:1  the file as a whole`;
    return `${data.file ? relative(o.root, data.file) : '?'}:${data.line ?? 0}  ${data.name}`;
  }
  function took(data: EventData.TestPass | EventData.TestFail): void {
    if (isSuite(data)) seen.fileMs.set(data.name, data.details.duration_ms);
  }

  stream.on('test:complete', (data) => {
    if (isSuite(data)) over.add(data.name);
    const process = data.nesting === 0 ? processes.get(data.name) : undefined;
    if (process) seen.failed.push(...lost(process, over));
  });
  stream.on('test:pass', (data) => {
    took(data);
    if (data.skip === undefined && data.todo === undefined) return;
    const why = data.skip ?? data.todo;
    seen.skipped.push(where(data) + (typeof why === 'string' && why ? ` (${why})` : ''));
  });
  stream.on('test:fail', (data) => {
    took(data);
    const cause = data.details.error as Error & { failureType?: string };
    if (data.todo !== undefined) seen.skipped.push(where(data));
    // A failing subtest fails its parents too: only the innermost one says what to look at.
    else if (cause.failureType !== 'subtestsFailed' && !processes.has(data.name))
      seen.failed.push(where(data));
  });
  stream.on('test:summary', (data) => {
    if (data.file === undefined) seen.success = data.success;
    else if (!processes.has(data.file)) seen.fileMs.set(relative(o.root, data.file), data.duration_ms);
  });
  return seen;
}

/** A process that ended early takes files with it; the one that it was at is where to look. */
function lost({ at, names }: Shared, over: ReadonlySet<string>): string[] {
  const culprit = readFileSync(at, 'utf8');
  const others = names.filter((name) => name !== culprit && !over.has(name));
  const where = culprit === '' ? 'before or between its files' : `in ${culprit}`;
  return [
    ...(culprit === '' ? [] : [`${culprit}:1  its process was ended here`]),
    ...others.map((name) => `${name}:1  not known: its process was ended ${where}`),
  ];
}
