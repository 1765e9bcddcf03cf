/** One program with a deadline: its output as text, and nothing of it left behind. */
import { spawn } from 'node:child_process';
import { endTree } from './end-tree.ts';

const LARGEST_OUTPUT = 64 * 1024;
/**
 * What the shell does before it becomes the program: it leaves somebody behind who waits for the end of our pipe, and ends
 * the process group then. So nothing goes on when the agent was killed and could end nothing any more.
 */
const GUARD = '{ read -r _ <&3; kill -9 -$$; } >/dev/null 2>&1 & exec "$0" 3<&-';

export type RunProgram = (path: string, o: { deadlineMs: number; signal: AbortSignal }) => Promise<string>;

/** Rejects when it cannot be started, ends badly, says too much, or has not ended at its deadline. */
export const runProgram: RunProgram = (path, { deadlineMs, signal }) =>
  new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', GUARD, path], {
      cwd: '/',
      // What it starts is in a process group of its own and ends with it.
      detached: true,
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
    });
    const stdout = child.stdout!;
    const chunks: Buffer[] = [];
    let length = 0;
    let ending: Error | undefined;

    function giveUp(why: string): void {
      ending ??= new Error(why);
      endTree(child);
      // Whoever left the group may still hold the pipe.
      stdout.destroy();
    }
    const timer = setTimeout(() => giveUp(`it had not ended after ${deadlineMs} ms`), deadlineMs);
    const stopped = () => giveUp('stopped');
    signal.addEventListener('abort', stopped, { once: true });
    stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LARGEST_OUTPUT) giveUp(`it printed more than ${LARGEST_OUTPUT} bytes`);
    });
    child.once('error', (error) => {
      ending ??= error;
    });
    child.once('exit', () => endTree(child));
    child.once('close', (code, by) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stopped);
      if (ending !== undefined) reject(ending);
      else if (code !== 0) reject(new Error(`it ended with ${code ?? by}`));
      else resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
