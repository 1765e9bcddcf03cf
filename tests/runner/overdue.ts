/** Ends test files that hang: node's runner fails a test after its time, but waits for the file's process for ever. */
import { readdirSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import type { TestsStream } from 'node:test';

/** `orElse` is for machines whose processes cannot be listed. The killed file is reported by the runner. */
export function endOverdue(stream: TestsStream, o: { timeoutMs: number; orElse: () => void }): void {
  const timers = new Map<string, NodeJS.Timeout>();
  const isFile = (data: { name: string; nesting: number }) => data.nesting === 0 && isAbsolute(data.name);
  stream.on('test:dequeue', (data) => {
    if (isFile(data))
      timers.set(
        data.name,
        setTimeout(() => endFile(data.name, o.orElse), o.timeoutMs),
      );
  });
  stream.on('test:complete', (data) => {
    if (isFile(data)) clearTimeout(timers.get(data.name));
  });
}

function endFile(file: string, orElse: () => void): void {
  const processes = listProcesses();
  const top = processes.find(({ parent, command }) => parent === process.pid && command.at(-1) === file);
  if (top === undefined) {
    orElse();
    return;
  }
  // What it started keeps its output open, so that the runner would go on waiting.
  const doomed = new Set([top.pid]);
  for (const pid of doomed) for (const child of processes) if (child.parent === pid) doomed.add(child.pid);
  for (const pid of doomed) endProcess(pid);
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It went by itself in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

type Listed = { pid: number; parent: number; command: string[] };

function listProcesses(): Listed[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => readProcess(Number(name)));
  } catch {
    // No /proc: another system than Linux.
    return [];
  }
}

function readProcess(pid: number): Listed[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    // After the name, which may hold brackets: state, parent (proc(5)).
    return [{ pid, parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]), command }];
  } catch {
    // It ended while the others were read.
    return [];
  }
}
