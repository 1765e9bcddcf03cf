/** Processes of ours that end with all that they have started, also when the agent ends without a word. */
import { type ChildProcess, execFile } from 'node:child_process';

/** `child` was spawned `detached` where there are process groups: its programs are in its group unless they leave it. */
export function endTree(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (process.platform !== 'win32') {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // all of them have ended
    }
  } else if (child.exitCode === null && child.signalCode === null) {
    execFile('taskkill', ['/T', '/F', '/PID', String(pid)], { windowsHide: true }, () => child.kill());
  }
}

/** In such a child: its input is a pipe of the agent, and when that ends nobody waits for an answer any more. */
export function endWithParent(): void {
  const { stdin } = process;
  stdin.once('end', () => {
    try {
      // Its own process group: there is none of that number where a person has started it.
      if (process.platform !== 'win32') process.kill(-process.pid, 'SIGKILL');
    } finally {
      process.exit(1);
    }
  });
  stdin.resume();
  // It is no reason to stay.
  if ('unref' in stdin) stdin.unref();
}
