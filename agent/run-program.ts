/** One program with a deadline: its output as text, and nothing of it left behind. */
import { spawn } from 'node:child_process';

const LARGEST_OUTPUT = 64 * 1024;

export type RunProgram = (path: string, o: { deadlineMs: number; signal: AbortSignal }) => Promise<string>;

/** Rejects when it cannot be started, ends badly, says too much, or has not ended at its deadline. */
export const runProgram: RunProgram = (path, { deadlineMs, signal }) =>
  new Promise((resolve, reject) => {
    const child = spawn(path, [], {
      cwd: '/',
      // What it starts is in a process group of its own and ends with it.
      detached: true,
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    let length = 0;
    let ending: Error | undefined;

    function killAll(): void {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // all of them have ended
      }
    }
    function giveUp(why: string): void {
      ending ??= new Error(why);
      killAll();
      // Whoever left the group may still hold the pipe.
      child.stdout.destroy();
    }
    const timer = setTimeout(() => giveUp(`it had not ended after ${deadlineMs} ms`), deadlineMs);
    const stopped = () => giveUp('stopped');
    signal.addEventListener('abort', stopped, { once: true });
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LARGEST_OUTPUT) giveUp(`it printed more than ${LARGEST_OUTPUT} bytes`);
    });
    child.once('error', (error) => {
      ending ??= error;
    });
    child.once('exit', killAll);
    child.once('close', (code, by) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stopped);
      if (ending !== undefined) reject(ending);
      else if (code !== 0) reject(new Error(`it ended with ${code ?? by}`));
      else resolve(Buffer.concat(chunks).toString('utf8'));
    });
  });
